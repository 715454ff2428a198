import { quoted } from "../path.ts";

export type Values = Readonly<Record<string, unknown>>;

/** Reads a variable of a host, by the first of its names that is set; empty where none is. */
type ReadVariable = (names: readonly string[], kind?: Kind) => string;

/** `name`: a number can be meant by it. */
type Kind = "text" | "name" | "port";

/**
 * The variables of a host. What is of another type than Ansible could use is told to `wrong`, and so are templates. Ansible takes a whole
 * number for text where that can be meant: it is the same in all notations.
 */
export function variablesOf(host: string, variables: unknown, wrong: string[]): ReadVariable {
  if (isSet(variables) && !isMap(variables))
    wrong.push(`The variables of ${quoted(host)} must be a map, but are ${shown(variables)}`);
  const values = valuesIn(variables);
  return (names, kind = "text") => {
    const key = names.find((name) => isSet(values[name]));
    if (key === undefined) return "";
    const value = values[key];
    const text = typeof value === "string" || (kind !== "text" && Number.isSafeInteger(value)) ? String(value) : null;
    const why = text === null ? otherType(value, kind) : whyNot(text, kind);
    if (why !== null) wrong.push(`\`${key}\` of ${quoted(host)} ${why}`);
    return text ?? "";
  };
}

function otherType(value: unknown, kind: Kind): string {
  return `must be text${kind === "text" ? "" : " or a whole number"}, but is ${shown(value)}\nCorrect it in the inventory.`;
}

function whyNot(text: string, kind: Kind): string | null {
  if (/\{\{|\{%/u.test(text))
    return "is a template, and `ansible-inventory` does not fill in templates\nWrite the value itself into the inventory.";
  return kind === "port" && !/^\d+$/u.test(text) ? `is no port: ${quoted(text)}` : null;
}

/** For Ansible a variable without a value is none. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** Its entries; none where it is no map. */
export function valuesIn(value: unknown): Values {
  return isMap(value) ? value : {};
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return isMap(value) ? "a map" : JSON.stringify(value).slice(0, 40);
}
