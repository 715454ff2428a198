/** What people write, after the schema: every value is of its kind and fine by itself, nothing is filled in or put together. */
export interface WrittenConfig extends WrittenSettings, WrittenWhole {
  readonly environments: Readonly<Record<string, WrittenEnvironment>>;
}

/** Overrides everything above it but the environments. */
export interface WrittenEnvironment extends WrittenSettings, WrittenWhole {
  readonly hosts: readonly (string | WrittenHost)[];
}

/** Overrides the settings for one host. */
export interface WrittenHost extends WrittenSettings {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly name?: string;
  readonly roles?: readonly string[];
}

/** What holds for a deploy as a whole: no host can have its own. */
interface WrittenWhole {
  readonly app?: string;
  readonly source?: WrittenSource;
  readonly exclude?: readonly string[];
  readonly wait?: Duration;
}

/** What each host can have of its own. */
export interface WrittenSettings {
  readonly root?: string;
  readonly layout?: { readonly current?: string; readonly releases?: string; readonly shared?: string };
  readonly keep?: number;
  readonly shared?: { readonly dirs?: readonly WrittenShared[]; readonly files?: readonly WrittenShared[] };
  readonly permissions?: WrittenPermissions;
  readonly tasks?: WrittenTasks;
  readonly env?: WrittenVariables;
  readonly path?: readonly string[];
  readonly shell?: string;
  readonly become?: string;
  readonly lease?: Duration;
  readonly grace?: Duration;
  readonly confirm?: string;
  readonly durability?: string;
  readonly ssh?: { readonly config?: string; readonly options?: WrittenVariables };
}

export interface WrittenSource {
  readonly git?: string;
  readonly ref?: string;
  readonly directory?: string;
}

export type WrittenShared = string | { readonly path: string; readonly whenMissing?: string };

export interface WrittenPermissions {
  readonly dirs?: string;
  readonly files?: string;
  readonly group?: string;
  readonly writable?: readonly string[];
  readonly umask?: string;
}

/** A host's own have no `build`. */
export interface WrittenTasks {
  readonly build?: WrittenTaskList;
  readonly prepare?: WrittenTaskList;
  readonly beforeSwitch?: WrittenTaskList;
  readonly afterSwitch?: WrittenTaskList;
  readonly finish?: WrittenTaskList;
  readonly failed?: WrittenTaskList;
}

export type WrittenTaskList = string | WrittenTask | readonly (string | WrittenTask)[];

export interface WrittenTask {
  readonly run: string;
  readonly on?: string;
  readonly in?: string;
  readonly env?: WrittenVariables;
  readonly secrets?: readonly string[];
  readonly as?: string;
  readonly path?: readonly string[];
  readonly shell?: string;
  readonly timeout?: Duration;
  readonly undo?: string;
}

/** Numbers and booleans stand for the text they were written as. */
export type WrittenVariables = Readonly<Record<string, string | number | boolean>>;

/** Seconds, or a text such as `30s`. */
export type Duration = string | number;
