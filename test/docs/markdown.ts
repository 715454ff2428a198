import { contentOf } from "../house/files.ts";

/** A fenced block of a page, with the comment that stands before it. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** `commands` of `<!-- commands: … -->`; empty where there is none. */
  readonly label: string;
}

/** The fenced blocks of a page of this repository, in order. */
export function blocksOf(page: string): Block[] {
  const pattern = /(?:<!-- (?<label>\w+):[^\n]*-->\n+)?^```(?<language>\w*)\n(?<text>.*?)^```$/gmsu;
  return [...contentOf(page).matchAll(pattern)].map(({ groups = {} }) => ({
    language: groups["language"] ?? "",
    text: groups["text"] ?? "",
    label: groups["label"] ?? "",
  }));
}

/** The one block with that label, without the newline at its end. */
export function labelled(page: string, label: string): string {
  const [block, ...others] = blocksOf(page).filter((each) => each.label === label);
  if (block === undefined || others.length > 0) throw new Error(`${page} needs one block labelled ${label}`);
  return block.text.trimEnd();
}

/** The rows of the table whose first heading is that, without the heading, each cell as it is written. */
export function tableOf(page: string, heading: string): string[][] {
  const lines = contentOf(page).split("\n");
  const start = lines.findIndex((line) => cells(line)[0] === heading);
  if (start === -1) throw new Error(`${page} has no table that begins with ${heading}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map(cells);
}

function cells(line: string): string[] {
  return line.startsWith("|")
    ? line
        .slice(1)
        .replace(/\|\s*$/u, "")
        .split("|")
        .map((cell) => cell.trim())
    : [];
}

/** All that stands in backticks in a cell. */
export function codes(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/gu)].map((match) => match[1] ?? "");
}
