import { formatSeconds, seconds } from "../config/duration.ts";
import { kebab } from "./argv.ts";

/** What every command accepts besides its own options. */
export interface GlobalFlags {
  readonly config?: string;
  readonly json: boolean;
  readonly events: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly noColor: boolean;
  readonly yes: boolean;
  /** Seconds. */
  readonly wait?: number;
  /** Files that keep what is told. */
  readonly report?: string;
  readonly junit?: string;
  readonly summary?: string;
  readonly dotenv?: string;
  readonly links?: string;
  /** By the conventions of which CI system. Default: of the one that we run in. */
  readonly ci?: CiName;
  /** Of commands that do something on hosts: which of them. */
  readonly hosts?: readonly string[];
  readonly role?: readonly string[];
  /** Of commands that change something on hosts: go on without those that cannot be reached. */
  readonly skipUnreachable?: boolean;
}

/** CI systems whose logs are written in a way of their own. */
export const CI_STYLES = ["auto", "github", "gitlab", "jenkins", "none"] as const;

export type CiName = (typeof CI_STYLES)[number];

function ciStyle(input: string): CiName {
  const style = CI_STYLES.find((each) => each === input);
  if (style === undefined) throw new Error(`wants one of ${CI_STYLES.join(", ")}, not \`${input}\``);
  return style;
}

/** A switch. `--no-…` forms are only those that we spell out. */
export function toggle(brief: string) {
  return { kind: "boolean", brief, default: false, withNegated: false } as const;
}

/** An option with a value. The parser throws an Error that completes the sentence "--name …". */
export function valued<T>(placeholder: string, brief: string, parse: (input: string) => T) {
  return { kind: "parsed", brief, placeholder, parse, optional: true } as const;
}

/** An option with a value that may be given several times. */
export function several<T>(placeholder: string, brief: string, parse: (input: string) => T) {
  return { ...valued(placeholder, brief, parse), variadic: true } as const;
}

/** Text that is there: an empty value is a script whose variable was not set, and must not pass for an option left out. */
export function nonEmptyText(input: string): string {
  if (input === "") throw new Error("is empty (was a variable of your script not set?)");
  return input;
}

export function anyText(input: string): string {
  return input;
}

/** A whole number, not below a least one. */
export function wholeNumber(least: number): (input: string) => number {
  return (input) => {
    const value = /^\d+$/.test(input) ? Number(input) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least) throw new Error(`wants a whole number from ${least} on, not \`${input}\``);
    return value;
  };
}

/** A time as the configuration has it, in seconds. */
export function time(input: string): number {
  const value = seconds(/^\d+$/.test(input) ? Number(input) : input);
  if (value === null) throw new Error(`wants a time such as 30s, 2m or 1h30m, not \`${input}\``);
  return value;
}

export const globalFlags = {
  config: valued("FILE", "Configuration (default: nearest symlink-helper.yaml upwards)", nonEmptyText),
  json: toggle("The answer as one JSON document on standard output"),
  events: toggle("Every event as a line of JSON on standard output"),
  quiet: toggle("Only warnings, errors and the summary"),
  verbose: toggle("Everything that tasks print, as it comes"),
  noColor: toggle("No colours (also: NO_COLOR in the environment)"),
  yes: toggle("Answer yes to every question"),
  wait: valued("TIME", "Queue so long behind another run (90s, 5m); 0: refuse at once", time),
  report: valued("FILE", "Also write the document of --json into this file", nonEmptyText),
  junit: valued("FILE", "Also write JUnit XML, for CI systems that show tests", nonEmptyText),
  summary: valued("FILE", "Also write a page of Markdown, for the page of a CI run", nonEmptyText),
  dotenv: valued("FILE", "Also write variables for the jobs that follow in a pipeline", nonEmptyText),
  links: valued("FILE", "Also write links for the page of a GitLab job, as JSON", nonEmptyText),
  ci: { ...valued("SYSTEM", "How a CI log is written: auto, github, gitlab, jenkins, none", ciStyle), choices: CI_STYLES },
};

/** Of every command that does something on hosts. */
export const chosenFlags = {
  hosts: several("PATTERN", "Only these: web1,web2 'web*' 'web[1:4]' '!db1'", nonEmptyText),
  role: several("ROLE", "Only hosts with this role; may be given several times", nonEmptyText),
};

/** Of every command that changes something on hosts, or shows what would be changed. */
export const changedFlags = {
  ...chosenFlags,
  skipUnreachable: toggle("Go on without hosts that cannot be reached"),
};

/** Which hosts were chosen, as words, as they would be typed again. */
export function chosenWords({ hosts = [], role = [] }: Pick<GlobalFlags, "hosts" | "role">): readonly string[] {
  return [...hosts.flatMap((pattern) => typed("hosts", pattern)), ...role.flatMap((one) => typed("role", one))];
}

/** The optional last argument of every command. */
export const environmentArgument = {
  brief: "Environment of the configuration; may be left out where there is only one",
  placeholder: "environment",
  parse: nonEmptyText,
  optional: true,
} as const;

export const releaseArgument = {
  brief: "Id of a release, as `releases` shows it",
  placeholder: "RELEASE",
  parse: nonEmptyText,
} as const;

/**
 * The options of a call as they would be typed again: all that say what to do, and `--wait`. How it is shown, and `--yes`, are left to
 * whoever types it the next time; `--config`, `--hosts` and `--role` are in every command that people are told to type.
 */
export function typedAgain(flags: GlobalFlags): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]: [string, Value | readonly Value[]]) => {
    if ((name in globalFlags && name !== "wait") || name in chosenFlags) return [];
    return [value].flat().flatMap((one) => typed(name, one));
  });
}

type Value = boolean | string | number | undefined;

function typed(name: string, value: Value): readonly string[] {
  if (value === undefined || value === false) return [];
  const option = `--${kebab(name)}`;
  if (value === true) return [option];
  const text = name === "wait" || name === "timeout" ? formatSeconds(Number(value)) : String(value);
  return text.startsWith("-") ? [`${option}=${text}`] : [option, text];
}

/** An object in which no name exists that was not put there: `constructor` is no command and `--constructor` no option. */
export function bare<T extends object>(entries: T): T {
  return Object.assign<object, T>(Object.create(null) as object, entries);
}
