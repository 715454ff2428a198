import * as v from "valibot";
import { type Rule, literal, oneOf } from "./text-rules.ts";
import { shaped } from "./schema-shape.ts";

/**
 * The few kinds of schema that ours is made of. Each message is the end of a sentence that the name of the setting begins, with
 * a hint after a line break; `issues.ts` makes problems of them.
 */
export type Schema<T> = v.GenericSchema<unknown, T>;

type Output<Entries extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<Entries, undefined>>;

/** Marks a key as one that may be left out. */
export const optional: typeof v.exactOptional = v.exactOptional;

/** A map with these keys and no other; issues about another key hold the names of these, for a suggestion. */
export function map<Entries extends v.ObjectEntries>(entries: Entries): Schema<Output<Entries>> {
  const known = Object.keys(entries).filter((key) => !isRefused(entries[key]));
  const keys = v.objectWithRest(entries, v.never(known.join(" ")), "must be a map");
  return shaped(byKind({ map: keys }, "must be a map"), { kind: "map", entries });
}

/** A map with names of the user's own choice. */
export function namedMap<T>(name: Rule, value: Schema<T>): Schema<Record<string, T>> {
  const names = byKind({ map: v.record(v.pipe(v.string(), follow(name)), value) }, "must be a map");
  return shaped(names, { kind: "names", name, value });
}

export function list<T>(item: Schema<T>): Schema<T[]> {
  return shaped(v.array(item, "must be a list"), { kind: "list", item });
}

/** A text that follows the rules; the first one that is broken is told. */
export function text(rule: Rule): Schema<string> {
  const checked = v.pipe(
    v.string(({ input }) => textExpected(input)),
    follow((value) => literal(value) ?? rule(value)),
  );
  return shaped(checked, { kind: "text", rule });
}

/** One of a few words. */
export function choice<const Word extends string>(words: readonly Word[]): Schema<Word> {
  return text(oneOf(words)) as Schema<Word>;
}

function textExpected(input: unknown): string {
  const kind = typeof input;
  return kind === "number" || kind === "boolean"
    ? `must be text\nWithout quotes it is a ${kind}: put it in quotes.`
    : "must be text";
}

/** A text for which people are likely to forget the quotes. */
export function quotedText(rule: Rule, message: string): Schema<string> {
  return shaped(v.pipe(v.string(message), follow(rule)), { kind: "text", rule });
}

export function wholeNumber(least: number, most: number, message: string): Schema<number> {
  const checked = v.pipe(
    v.number(message),
    follow((value) => (Number.isSafeInteger(value) && value >= least && value <= most ? null : message)),
  );
  return shaped(checked, { kind: "number", least, most });
}

/** A number or a text. */
export function numberOrText(rule: Rule<string | number>, message: string): Schema<string | number> {
  return shaped(v.pipe(v.union([v.string(), v.number()], message), follow(rule)), { kind: "time", rule });
}

/** A number of at least 1, or a text; `pattern` says in a regular expression what the rule says of texts. */
export function sizeOrText(rule: Rule<string | number>, message: string, pattern: string): Schema<string | number> {
  const checked = v.pipe(v.union([v.string(), v.number()], message), follow(rule));
  return shaped(checked, { kind: "size", rule, pattern });
}

/** What a variable can be set to; the message for nothing at all says what to write instead. */
export function scalar(rule: Rule, whenEmpty: string): Schema<string | number | boolean> {
  const checked = v.pipe(
    v.union([v.string(), v.number(), v.boolean()], ({ input }) => (input === null ? whenEmpty : "must be text")),
    follow((value) => (typeof value === "string" ? (literal(value) ?? rule(value)) : null)),
  );
  return shaped(checked, { kind: "scalar" });
}

/** Yes or no. */
export function truth(): Schema<boolean> {
  return shaped(v.boolean("must be true or false"), { kind: "truth" });
}

/** A key that is known but has no place here; the message says why. */
export function refused(message: string): Schema<never> {
  return shaped(
    v.custom<never>(() => false, message),
    { kind: "refused" },
  );
}

function isRefused(entry: v.ObjectEntries[string] | undefined): boolean {
  return entry?.type === "exact_optional" && "wrapped" in entry && (entry.wrapped as { type: string }).type === "custom";
}

/** Chooses the schema by what is there, so that what is wrong inside a map is not reported as wrong about all alternatives. */
export function byKind<T>(kinds: { text?: Schema<T>; list?: Schema<T>; map?: Schema<T> }, message: string): Schema<T> {
  const chosen = v.lazy((input) => kinds[kindOf(input)] ?? refused(message));
  return shaped(chosen, { kind: "kinds", kinds });
}

function kindOf(input: unknown): "text" | "list" | "map" {
  if (Array.isArray(input)) return "list";
  return typeof input === "object" && input !== null ? "map" : "text";
}

/** The same map or list, with something in it. */
export function nonEmpty<T extends object>(schema: Schema<T>, message: string): Schema<T> {
  const checked = v.pipe(
    schema,
    follow((value) => (Object.keys(value).length > 0 ? null : message)),
  );
  return shaped(checked, { kind: "not empty", schema });
}

/** The same map, with one of these keys and no other of them. */
export function exactlyOne<T extends object>(schema: Schema<T>, keys: readonly (keyof T & string)[], more: string): Schema<T> {
  const words = keys
    .map((key) => `\`${key}\``)
    .join(", ")
    .replace(/, (?=[^,]*$)/u, " or ");
  const checked = v.pipe(
    schema,
    follow((value) => {
      const amount = keys.filter((key) => value[key] !== undefined).length;
      if (amount === 1) return null;
      return amount === 0 ? `must have ${words}` : `must have only one of ${words}\n${more}`;
    }),
  );
  return shaped(checked, { kind: "one of", schema, keys });
}

function follow<T>(rule: Rule<T>): v.RawCheckAction<T> {
  return v.rawCheck(({ dataset, addIssue }) => {
    const message = dataset.typed ? rule(dataset.value) : null;
    if (message !== null) addIssue({ message });
  });
}
