// Markdown as oxfmt leaves it.

/** @typedef {readonly string[]} Row */

/** @param {Row} heading @param {readonly Row[]} rows */
export function table(heading, rows) {
  const all = [heading, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", String.raw`\|`)));
  const widths = heading.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  return [lines[0], `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...lines.slice(1)].join("\n");
}

/** @param {string} text */
export function code(text) {
  return text === "" ? "" : `\`${text}\``;
}

/** @param {string} title @param {readonly string[]} parts separated by empty lines */
export function page(title, parts) {
  return `${[`# ${title}`, "<!-- Written by `npm run readme`, from the program itself. -->", ...parts].join("\n\n")}\n`;
}
