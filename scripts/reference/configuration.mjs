// docs/reference/configuration.md, from the schema and from what src/config/descriptions.ts says.
import { code, page, table } from "./markdown.mjs";

/** @typedef {import("../../src/config/descriptions.ts").Description} Description */
/** @typedef {{ [key: string]: any }} Schema */

/** @param {Schema} schema the JSON Schema @param {Readonly<Record<string, Description>>} descriptions */
export function configurationPage(schema, descriptions) {
  const names = Object.keys(descriptions);
  const definitions = schema["definitions"];
  /** @param {(name: string) => boolean} wanted */
  const rows = (wanted) =>
    names.filter(wanted).map((name) => {
      const { text = "", otherwise } = descriptions[name] ?? {};
      return [
        code(name.replace(/^.*(?:\[\]|task\.reload|task)\./u, "")),
        typeOf(definitions, find(schema, name)),
        shown(otherwise),
        text,
      ];
    });
  /** @param {(name: string) => boolean} wanted */
  const placed = (wanted) => {
    const wheres = names.filter(wanted).map((name) => where(schema, name));
    return table(
      ["Setting", "Is", "Where", "Default", "Meaning"],
      rows(wanted).map(([name = "", is = "", ...rest], index) => [name, is, wheres[index] ?? "", ...rest]),
    );
  };
  const part = (/** @type {string} */ prefix) =>
    table(
      ["Setting", "Is", "Default", "Meaning"],
      rows((name) => name.startsWith(prefix)),
    );
  return page("Configuration", [
    "_Where_ says how far down a setting can be given: for the whole **file**, for one **environment**, for one **host**. How they override each other, the formats, and what tasks find is told [there](../configuration.md). `symlink-helper config` shows what holds.",
    "A time is a number of seconds, or a text such as `30s`, `2m`, `1h30m`.",
    placed((name) => !OF_HOST.has(name) && !/\[\]|^task\./u.test(name)),
    "## A host",
    "A text, or a map with these, and with every setting above that goes down to a host:",
    table(
      ["Setting", "Is", "Default", "Meaning"],
      rows((name) => OF_HOST.has(name)),
    ),
    "## An entry of `shared.dirs` and `shared.files`",
    "A path, or a map:",
    part("shared[]."),
    "## An entry of `reuse`",
    "A map:",
    part("reuse[]."),
    "## An entry of `notify`",
    "A map with exactly one of `slack`, `webhook` and `command`:",
    part("notify[]."),
    "## A task, and one of the `commands`",
    "A command, a map, or for tasks a list of these. One of the `commands` has no `undo`.",
    table(
      ["Setting", "Is", "Default", "Meaning"],
      rows((name) => name.startsWith("task.") && !name.startsWith("task.reload.")),
    ),
    "## `reload` of a task",
    "A map with exactly one of `systemd`, `phpFpm`, `nginx`, `pm2`, `puma`, `gunicorn` and `supervisor`:",
    part("task.reload."),
    "## A check",
    "A map with exactly one of `http`, `tcp` and `command`:",
    part("check[]."),
    "## `http` of a check",
    "A URL, or a map:",
    part("http[]."),
    "## One of the `logs`",
    "A file, or a map:",
    part("logs[]."),
  ]);
}

const OF_HOST = new Set(["host", "user", "port", "name", "roles"]);

/** @param {Schema} schema @param {string} name @returns {Schema} */
function find(schema, name) {
  const definitions = schema["definitions"];
  const [first = "", second, third] = name.split(".");
  if (third !== undefined && first === "task") return definitions[`${first}.${second}`].properties[third];
  const maps = {
    hosts: "hosts.map",
    "shared[]": "shared.entry.map",
    "reuse[]": "reuse.entry",
    "notify[]": "notify.entry",
    "check[]": "check.map",
    "http[]": "check.entry.http.map",
    task: "tasks.prepare.map",
    "logs[]": "logs.entry.map",
  };
  const [own, environment, host] = [schema, definitions["environment"], definitions["host.map"]].map((each) => each.properties);
  const found =
    second === undefined
      ? (own[first] ?? environment[first] ?? host[first])
      : definitions[Object.entries(maps).find(([head]) => head === first)?.[1] ?? first]?.properties[second];
  if (found === undefined) throw new Error(`The schema has no ${name}`);
  return found;
}

/** @param {Schema} schema @param {string} name */
function where(schema, name) {
  const [first = ""] = name.split(".");
  const { environment, "host.map": host } = schema["definitions"];
  if (name !== "tasks.build" && first in host.properties) return "host";
  return first in environment.properties ? "environment" : "file";
}

/** @param {Schema} definitions @param {Schema} node @returns {string} */
function typeOf(definitions, node) {
  if (node["$ref"] !== undefined) return typeOf(definitions, definitions[String(node["$ref"]).replace("#/definitions/", "")]);
  if (node["enum"] !== undefined) return node["enum"].map(code).join(" or ");
  const kinds = node["anyOf"];
  if (kinds === undefined) return [node["type"]].flat().map(word).join(" or ");
  // A number of seconds, or a text.
  if (kinds[0]?.type === "integer") return "time";
  return [...new Set(kinds.map((/** @type {Schema} */ kind) => typeOf(definitions, kind)))].join(" or ");
}

/** @param {string} type */
function word(type) {
  return WORDS[type] ?? type;
}

/** @type {Readonly<Record<string, string>>} */
const WORDS = { string: "text", integer: "number", boolean: "`true` or `false`", object: "map", array: "list" };

/** @param {unknown} otherwise */
function shown(otherwise) {
  return otherwise === undefined ? "" : code(typeof otherwise === "string" ? otherwise : JSON.stringify(otherwise));
}
