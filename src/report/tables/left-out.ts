import { marked } from "../blocks.ts";
import { someHosts } from "../group.ts";
import { sanitizeDeep } from "../sanitize.ts";
import type { DocumentOptions } from "./options.ts";

/** Below every answer that is about some hosts only, so that it is not taken for one about all. */
export function leftOutLines(document: object, options: DocumentOptions): readonly string[] {
  const { leftOut = [] } = document as { readonly leftOut?: readonly string[] };
  if (leftOut.length === 0) return [];
  return ["", ...marked(someHosts(sanitizeDeep(leftOut)), ["quiet", "left out  "], options)];
}
