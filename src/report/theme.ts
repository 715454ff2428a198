import { styleText } from "node:util";

/** What a piece of text is, so that one place decides how it looks. */
export type Role = "host" | "quiet" | "good" | "warning" | "error" | "title" | "release" | "command";

/** Dresses text. What it is given is sanitized already: the only escape sequences that people receive are made here. */
export type Theme = (role: Role, text: string) => string;

export const plainTheme: Theme = (_role, text) => text;

export const colourTheme: Theme = (role, text) => (text === "" ? "" : styleText(FORMATS[role], text, { validateStream: false }));

const FORMATS = {
  host: "cyan",
  quiet: "dim",
  good: "green",
  warning: "yellow",
  error: "red",
  title: "bold",
  release: "bold",
  command: "cyan",
} as const;
