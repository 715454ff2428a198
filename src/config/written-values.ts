/** A role of some host. Any text, but written so that editors offer the words that always have a meaning. */
export type Role = string & Record<never, never>;

/** Numbers and booleans stand for the text they were written as. */
export type WrittenVariables = Readonly<Record<string, string | number | boolean>>;

/** Seconds, or a text such as `30s`, `2m` or `1h30m`. */
export type Duration = string | number;
