// Reads what nobody has checked: an unfinished configuration, a cache that another version wrote.

export function at(map: unknown, key: string): unknown {
  return entriesOf(map).find(([name]) => name === key)?.[1];
}

/** None of what is no map. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** Texts that can stand in a line. */
export function textsIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.filter((item): item is string => typeof item === "string" && item !== "" && !/\p{C}/u.test(item));
}
