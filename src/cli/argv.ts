import type { CommandSpec } from "./command.ts";

/** A command line put in order: the command first, options that stood before it behind it. */
export interface OrderedArgs {
  /** Null where there is none. */
  readonly command: string | null;
  /** For Stricli: what follows the command, up to `--`. */
  readonly rest: readonly string[];
  /** The words behind `--`; null where that is not there. */
  readonly behind: readonly string[] | null;
  /** Whether a switch such as `--json` is there, also where the command line is otherwise wrong. */
  readonly has: (option: string) => boolean;
  /** What an option such as `--report` was given last; undefined where it is not there. */
  readonly value: (option: string) => string | undefined;
}

/**
 * Puts a command line into the one order and spelling that Stricli takes, so that `--json deploy`, `--message=`, `-m"text"`, a value
 * of several lines or one that begins with a dash mean what a person means, and a switch given twice is a switch given.
 */
export function orderArgs(args: readonly string[], specs: readonly CommandSpec[]): OrderedArgs {
  const end = args.indexOf("--");
  const items = itemsOf(end === -1 ? args : args.slice(0, end), optionsOf(specs));
  const command = items.find((item) => item.kind === "word");
  const switches = items.flatMap((item) => (item.kind === "switch" ? [item.text] : []));
  const rest = items.filter((item, at) => item !== command && !repeated(items, at)).flatMap(spell);
  return {
    command: command?.text ?? null,
    rest,
    behind: end === -1 ? null : args.slice(end + 1),
    has: (option) => switches.includes(option),
    value: (option) => items.findLast((item) => item.kind === "valued" && item.text === option && item.value !== "")?.value,
  };
}

type Item =
  | { readonly kind: "word"; readonly text: string; readonly value?: undefined }
  /** An option that takes no value, or one that nobody knows. */
  | { readonly kind: "switch"; readonly text: string; readonly value?: undefined }
  | { readonly kind: "valued"; readonly text: string; readonly value: string };

interface Options {
  readonly switches: ReadonlySet<string>;
  readonly valued: ReadonlySet<string>;
}

function itemsOf(args: readonly string[], options: Options): readonly Item[] {
  const items: Item[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const item = itemAt(args[at] ?? "", args[at + 1], options);
    items.push(item);
    if (item.kind === "valued" && item.text === args[at]) at += 1;
  }
  return items;
}

function itemAt(arg: string, next: string | undefined, options: Options): Item {
  if (!arg.startsWith("-") || arg === "-") return { kind: "word", text: arg };
  const joined = /^(--[^=]+|-[a-z])=?(.*)$/is.exec(arg);
  const [, name = arg, value = ""] = joined ?? [];
  if (arg !== name && options.valued.has(name)) return { kind: "valued", text: name, value };
  const follows = options.valued.has(arg) && next !== undefined && !options.switches.has(next) && !options.valued.has(next);
  return follows ? { kind: "valued", text: arg, value: next } : { kind: "switch", text: arg };
}

// Stricli takes a value from the next word unless that looks like an option, and one behind `=` unless it is empty or has a line
// break: every value fits one of the two.
function spell(item: Item): readonly string[] {
  if (item.kind !== "valued") return [item.text];
  const joined = item.value.startsWith("-") && !/[\n\r\u2028\u2029]/.test(item.value);
  return joined ? [`${item.text}=${item.value}`] : [item.text, item.value];
}

function repeated(items: readonly Item[], at: number): boolean {
  const item = items[at];
  return item?.kind === "switch" && items.findIndex((other) => other.kind === "switch" && other.text === item.text) < at;
}

function optionsOf(specs: readonly CommandSpec[]): Options {
  const parameters = specs.map((spec) => spec.command.parameters);
  const flags = parameters.flatMap(({ flags = {}, aliases = {} }) => [
    ...Object.entries(flags).map(([name, flag]) => ({ name: `--${kebab(name)}`, flag })),
    ...Object.entries(aliases).map(([letter, name]) => ({ name: `-${letter}`, flag: flags[name] })),
  ]);
  const named = (valued: boolean): ReadonlySet<string> =>
    new Set(flags.filter(({ flag }) => (flag?.kind === "parsed") === valued).map(({ name }) => name));
  return { switches: named(false), valued: named(true) };
}

/** How an option is typed: `dryRun` as `dry-run`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
