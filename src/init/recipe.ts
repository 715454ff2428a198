/** Kinds of projects that have a configuration of their own, in the order in which they are tried. */
export const KINDS = [
  "laravel",
  "symfony",
  "rails",
  "django",
  "next",
  "nuxt",
  "site",
  "jekyll",
  "hugo",
  "go",
  "node",
  "php",
  "rack",
  "python",
  "static",
  "plain",
] as const;

export type Kind = (typeof KINDS)[number];

/** What a configuration for one kind of project says, before it is known where it goes. */
export interface Recipe {
  readonly kind: Kind;
  /** How people call it: `A Rails application`. */
  readonly title: string;
  /** Comment lines at the top: how it is served. `NAME` and `ROOT` stand for the application's name and app root. */
  readonly about: readonly string[];
  readonly exclude?: readonly string[];
  readonly sharedDirs?: readonly string[];
  readonly sharedFiles?: readonly string[];
  readonly writable?: readonly string[];
  /** The web server runs as another user who must write there. */
  readonly group?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly build?: readonly string[];
  readonly prepare?: readonly string[];
  readonly migrate?: Migration;
  /** Commands that make running programs take the new release, to be adapted: written as comments. */
  readonly reload?: readonly string[];
  /** What a person should know or decide; written as comments, and told. */
  readonly notes?: readonly string[];
  /** The result of a build that git does not hold: the directory itself is the source. */
  readonly fromDirectory?: boolean;
}

export interface Migration {
  readonly run: string;
  readonly undo?: string;
}
