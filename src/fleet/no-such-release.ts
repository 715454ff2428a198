import { UserError } from "../errors.ts";
import type { Commands } from "../report/command-line.ts";

/** A release that was named, and that no host has. `known`: those that there are on any of them, each as often as it is there. */
export function noSuchRelease(release: string, known: readonly string[], commands: Commands): UserError {
  const all = [...new Set(known)].toSorted();
  const named = all.slice(-MOST).join(", ");
  const more = all.length > MOST ? ` and ${all.length - MOST} older` : "";
  return new UserError({
    kind: "no-such-release",
    message: `No host has a release ${release}. ${all.length === 0 ? "There is none at all." : `There are: ${named}${more}.`}`,
    remedy: `To see them: ${commands("releases")}`,
  });
}

/** So many are told by name. */
const MOST = 10;
