import { type Rule, account, command, directoryMode, environmentVariable, fileMode, layoutName } from "./text-rules.ts";
import { localPath, pattern, ref, repository, role, root, shown, umask, word } from "./text-rules.ts";
import { relativePath, sharedPath } from "./relative-path.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { hostAddress, hostName } from "./address.ts";
import { optionName } from "./ssh-options.ts";
import { shapeOf } from "./schema-shape.ts";
import { written } from "./schema.ts";

/** A part of a JSON Schema. */
export type JsonSchema = { readonly [key: string]: unknown };

/** The number counts up where a file that was valid is valid no more. No host stands in it: nothing is to be fetched. */
const ID = "urn:symlink-helper:configuration:1";

/**
 * The schema of the configuration as JSON Schema (draft 7, which editors know). What cannot be said there, such as rules between
 * settings, is left out: it is never stricter than the program.
 */
export function jsonSchema(): JsonSchema {
  const writer: Writer = { definitions: new Map(), names: new Map() };
  const { properties, ...file } = write(writer, written, "");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: ID,
    title: "Configuration of Symlink Helper",
    ...file,
    properties: { $schema: { type: "string", description: "Where this schema is, for editors." }, ...(properties as object) },
    patternProperties: { "^x-": { description: "Yours: for YAML anchors, say." } },
    definitions: Object.fromEntries([...writer.definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** As a file has it. */
export function schemaText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}

interface Writer {
  readonly definitions: Map<string, JsonSchema>;
  /** What schemas with more than a line to them are called. */
  readonly names: Map<object, string>;
}

/** A setting with what is said of it. */
function setting(writer: Writer, schema: object, name: string): JsonSchema {
  const { text, otherwise } = DESCRIPTIONS[name] ?? {};
  const said = {
    ...(text === undefined ? {} : { description: text }),
    ...(otherwise === undefined ? {} : { default: otherwise }),
  };
  return { ...said, ...shared(writer, schema, name) };
}

/** Maps and lists stand once among the definitions, however often they are used. */
function shared(writer: Writer, schema: object, name: string, label = name): JsonSchema {
  if (!["map", "names", "list", "kinds", "not empty", "one of"].includes(shapeOf(schema).kind))
    return write(writer, schema, name);
  const known = writer.names.get(schema) ?? freeName(writer, label);
  if (!writer.names.has(schema)) {
    writer.names.set(schema, known);
    writer.definitions.set(known, write(writer, schema, name));
  }
  return { $ref: `#/definitions/${known}` };
}

function freeName({ definitions, names }: Writer, wanted: string): string {
  const plain = wanted.replaceAll("[]", ".entry");
  const taken = new Set([...definitions.keys(), ...names.values()]);
  const other = [1, 2, 3, 4, 5, 6]
    .map((number) => (number === 1 ? plain : `${plain}.${number}`))
    .find((each) => !taken.has(each));
  return other ?? `${plain}.${taken.size}`;
}

function write(writer: Writer, schema: object, name: string): JsonSchema {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case "map":
      return writeMap(writer, shape.entries, name);
    case "names":
      return {
        type: "object",
        propertyNames: says(shape.name),
        additionalProperties: entry(writer, shape.value, name),
      };
    case "list":
      return { type: "array", items: entry(writer, shape.item, name) };
    case "kinds":
      return { anyOf: Object.values(shape.kinds).map((kind) => shared(writer, kind, name, `${name || "host"}.map`)) };
    case "not empty":
      return { ...write(writer, shape.schema, name), ...atLeastOne(shape.schema) };
    case "one of":
      return { ...write(writer, shape.schema, name), oneOf: shape.keys.map((key) => ({ required: [key] })) };
    case "text":
      return { type: "string", ...says(shape.rule) };
    case "number":
      return { type: "integer", minimum: shape.least, maximum: shape.most };
    case "time":
      return {
        anyOf: [
          { type: "integer", minimum: 0 },
          { type: "string", pattern: DURATION },
        ],
      };
    case "size":
      return {
        anyOf: [
          { type: "integer", minimum: 1 },
          { type: "string", pattern: shape.pattern },
        ],
      };
    case "scalar":
      return { type: ["string", "number", "boolean"] };
    case "truth":
      return { type: "boolean" };
    case "refused":
      return { not: {} };
  }
  return shape satisfies never;
}

function writeMap(writer: Writer, entries: Readonly<Record<string, object>>, name: string): JsonSchema {
  const inner = Object.entries(entries).map(([key, entry]) => [key, unwrapped(entry), !isOptional(entry)] as const);
  const known = inner.filter(([, schema]) => shapeOf(schema).kind !== "refused");
  const required = known.filter(([, , needed]) => needed).map(([key]) => key);
  return {
    type: "object",
    properties: Object.fromEntries(known.map(([key, schema]) => [key, setting(writer, schema, memberOf(name, key))])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function entry(writer: Writer, schema: object, name: string): JsonSchema {
  return shared(
    writer,
    schema,
    entryOf(name),
    name.startsWith("tasks.") ? `${name}[]` : name.replace(/s$/u, "") + (name.endsWith("s") ? "" : "[]"),
  );
}

/** What an entry of a list or map is called: settings are called the same at each level, and tasks at each point. */
function entryOf(name: string): string {
  if (name === "environments" || name === "hosts") return "";
  // What is run by its name is a task in all but its point.
  if (name === "commands") return "tasks.command";
  return name.startsWith("tasks.") ? name : `${name.replace(/^shared\..*/u, "shared")}[]`;
}

function memberOf(name: string, key: string): string {
  if (name === "") return key;
  return `${MEMBERS.reduce((of, [names, called]) => of.replace(names, called), name)}.${key}`;
}

/** What maps are called whose settings are called the same wherever they stand. */
const MEMBERS = [
  [/^tasks\..*/u, "task"],
  [/^(?:notify\[\]\.|http\[\]\.send).*/u, "secret[]"],
  [/^check(?:\[\])?$/u, "check[]"],
  [/^check\[\]\.http$/u, "http[]"],
] as const;

function isOptional(entry: object): entry is { readonly wrapped: object } {
  return "wrapped" in entry;
}

function unwrapped(entry: object): object {
  return isOptional(entry) ? entry.wrapped : entry;
}

function atLeastOne(schema: object): JsonSchema {
  return shapeOf(schema).kind === "list" ? { minItems: 1 } : { minProperties: 1 };
}

const DURATION = String.raw`^(?=\d)(\d+d)?(\d+h)?(\d+m)?(\d+s)?$`;
const NOT_BLANK = String.raw`\S`;
const NO_OPTION = "^[^-]";
const NO_HOME = "^[^~]";

/** What JSON Schema can say of the rules for texts; of any other, that there is a text. */
const PATTERNS: ReadonlyMap<Rule, string> = new Map([
  [account, NO_OPTION],
  [command, NOT_BLANK],
  [directoryMode, "^[0-7]?7[0-7]{2}$"],
  [environmentVariable, "^(?!SLH_)[A-Za-z_][A-Za-z0-9_]*$"],
  [fileMode, "^0?[4-7][0-7]{2}$"],
  [hostAddress, String.raw`^(?!-)(?!.*://)\S+$`],
  [hostName, String.raw`^(?!-)\S+$`],
  [layoutName, String.raw`^(?!\.{1,2}$)[A-Za-z0-9._][A-Za-z0-9._-]*$`],
  [localPath, NO_HOME],
  [optionName, "^[A-Za-z]+$"],
  [pattern, NOT_BLANK],
  [ref, NO_OPTION],
  [relativePath, "^[^/]"],
  [repository, "^[^~-]"],
  [role, String.raw`^(?!-|all$|first$)\S+$`],
  [root, NO_HOME],
  [sharedPath, "^[^/]"],
  [shown, NOT_BLANK],
  [umask, "^0?0[0-7]{2}$"],
  [word, String.raw`^(?!-)\S+$`],
]);

function says(rule: Rule): JsonSchema {
  if ("words" in rule) return { enum: rule.words };
  const pattern = PATTERNS.get(rule);
  return pattern === undefined ? { minLength: 1 } : { pattern };
}
