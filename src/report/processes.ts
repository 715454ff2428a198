import { groupBy } from "./group.ts";
import type { OldProcess } from "./report.ts";
import { count } from "./units.ts";

/** How many are named where there are many. */
const FEW = 5;

/** `node (123) of RELEASE, php-fpm8.2 (124, 125) of RELEASE and 3 more`: what runs from releases that are not live. */
export function processWords(processes: readonly OldProcess[], more = 0): string {
  const shown = processes.slice(0, FEW);
  const groups = groupBy(shown, ({ name, release, kind }) => JSON.stringify([name, release, kind]));
  const words = groups.map((group) => {
    const [{ name, release, kind }] = group;
    const numbers = group.map(({ pid }) => pid).join(", ");
    return `${name} (${kind === "shell" ? "a shell that somebody sits at, " : ""}${numbers}) of ${release}`;
  });
  const left = processes.length - shown.length + more;
  return `${words.join(", ")}${left === 0 ? "" : ` and ${left} more`}`;
}

/** `node of RELEASE, php-fpm8.2 of RELEASE`: the same without numbers. */
export function processNames(processes: readonly OldProcess[]): string {
  return [...new Set(processes.map(({ name, release }) => `${name} of ${release}`))].slice(0, FEW).join(", ");
}

/** `1 process still runs`, `3 processes still run`. */
export function stillRun(amount: number): string {
  return amount === 1 ? "1 process still runs" : `${count(amount, "process").replace(/s$/, "es")} still run`;
}
