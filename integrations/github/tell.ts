import { appendFileSync } from "node:fs";
import { error, info } from "@actions/core";
import { disarm } from "../../src/report/disarm.ts";
import { block, words } from "../../src/report/files/markdown.ts";
import { sanitizeBlock } from "../../src/report/sanitize.ts";
import { Refusal } from "./refusal.ts";

/** Says why nothing was done: in the log, as an annotation, and on the page of the run. */
export function tellRefusal(failure: unknown, summary: string): void {
  const refusal = failure instanceof Refusal ? failure : new Refusal("The action failed", messageOf(failure));
  const { title, message, remedy } = refusal;
  error(shown(remedy === "" ? message : `${message}\n${remedy}`), { title });
  if (summary === "") return;
  const lines = [`### ❌ ${title}`, "", words(message, 2000), ...(remedy === "" ? [] : block([remedy])), ""];
  try {
    appendFileSync(summary, `${lines.join("\n")}\n`);
  } catch {
    info("The page of the run cannot be written.");
  }
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

/** Names come from a configuration, and that may be anybody's. */
function shown(text: string): string {
  return sanitizeBlock(text).split("\n").map(disarm).join("\n");
}
