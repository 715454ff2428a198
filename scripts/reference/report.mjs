// docs/reference/report.md, from the types of src/report: their fields, and the docstrings of those.
import { code, page, table } from "./markdown.mjs";

/** @typedef {{ readonly name: string, readonly text: string, readonly fields: readonly (readonly [name: string, type: string, text: string])[] }} Interface */

/** @param {readonly string[]} sources texts of the files, the one with `Report` first */
export function reportPage(sources) {
  const all = sources.flatMap(interfacesOf);
  return page("The report, and the other documents of --json", [
    "`--json` prints one document on standard output, with `schema: 1`. More fields may come, these stay. Commands that change something, and every command that could not begin, print a `Report`; those that only look print a document of their own. `--events` prints events as lines of JSON, the report last, as `report` of the event `ended`. The types are exported by the package.",
    "A type that ends in `[]` is a list, `?` marks a field that may be left out.",
    ...all.flatMap(parts),
  ]);
}

/** @param {Interface} each */
function parts({ name, text, fields }) {
  const rows = fields.map(([field, type, meaning]) => [code(field), code(type), meaning]);
  return [`## ${name}`, ...(text === "" ? [] : [text]), table(["Field", "Is", "Meaning"], rows)];
}

const DOC = String.raw`(?:/\*\*(?<doc>(?:(?!\*/)[^])*)\*/\s+)?`;

/** @param {string} source @returns {Interface[]} */
function interfacesOf(source) {
  const pattern = new RegExp(String.raw`${DOC}export interface (?<name>\w+)[^{]*\{\n(?<body>(?: .*\n|\n)*)\}`, "gu");
  return [...source.matchAll(pattern)].map(({ groups = {} }) => ({
    name: groups["name"] ?? "",
    text: said(groups["doc"]),
    fields: fieldsOf(groups["body"] ?? ""),
  }));
}

/** @param {string} body @returns {[string, string, string][]} */
function fieldsOf(body) {
  const pattern = new RegExp(
    String.raw`^ {2}${DOC}readonly (?<name>\w+\??): (?<type>(?:.|\n {3,}|\n {2}\})*?);$(?!\n {4})`,
    "gmu",
  );
  return [...body.matchAll(pattern)].map(({ groups = {} }) => [
    groups["name"] ?? "",
    typeText(groups["type"] ?? ""),
    said(groups["doc"]),
  ]);
}

/** @param {string} type */
function typeText(type) {
  const short = type
    .replaceAll(/\/\*\*.*?\*\/|readonly /gsu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return short.replace(/^\| /u, "").replaceAll("; }", " }");
}

/** @param {string | undefined} doc */
function said(doc = "") {
  return doc
    .replaceAll(/\n\s*\* ?/gu, " ")
    .replaceAll(/\{@link (\w+)\}/gu, "`$1`")
    .trim();
}
