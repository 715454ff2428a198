import { wrapAround, type BlockOptions } from "../blocks.ts";
import type { WayBack } from "../report.ts";

/** What to type to go back; or where that would be refused, why, and what to do instead. `used`: columns before it. */
export function wayBackLines(way: WayBack, options: BlockOptions, used: number): readonly string[] {
  if (way.refused === null) return [options.theme("command", way.command)];
  const room = options.width === undefined ? undefined : options.width - used;
  return [way.refused, way.remedy].filter((text) => text !== "").flatMap((text) => wrapAround(text, room, options.caller));
}
