import type { Current } from "./documents.ts";

/** What `current` is where no release is live, as a sentence without a full stop; null where nothing is there. */
export function currentWords({ elsewhere = null, inPlace = null }: Current): string | null {
  if (inPlace !== null) return `\`current\` is a ${inPlace}, not a link`;
  if (elsewhere === null) return null;
  const { text, within, dangling } = elsewhere;
  if (dangling) return `\`current\` points to ${text}, which is not there`;
  const what = within === null ? "which is no release here" : `which is inside release ${within}, but not the release itself`;
  return `\`current\` points to ${text}, ${what}`;
}
