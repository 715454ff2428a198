import type { Commands } from "../report/command-line.ts";
import type { WayBack } from "../report/report.ts";
import { ANY_REVISION } from "./rollback-words.ts";
import { fleetRollbackTarget, type HostWithFacts } from "./rollback-fleet.ts";

/** Where a rollback of all hosts would go, to `to` or by itself, and the command for it: one that will not be refused (P7). */
export function wayBack(hosts: readonly HostWithFacts[], commands: Commands, to?: string): WayBack {
  const request = { commands, ...(to === undefined ? {} : { to }) };
  const target = fleetRollbackTarget(hosts, request);
  if (target.ok) return leads(target.release, commands("rollback", ...(to === undefined ? [] : ["--to", to])));
  const agreed = fleetRollbackTarget(hosts, { ...request, afterReturn: "allowed" });
  // Just after a return a plain rollback asks; whoever names the release has been asked.
  if (agreed.ok) return leads(agreed.release, commands("rollback", "--to", agreed.release));
  // That one could deploy something is no news where nothing is wrong.
  return noWayBack(target.message, target.remedy.endsWith(ANY_REVISION) ? "" : target.remedy);
}

/** Going back would be refused: why, and what to do instead. */
export function noWayBack(refused: string, remedy: string): WayBack {
  return { to: null, command: "", refused, remedy };
}

function leads(to: string, command: string): WayBack {
  return { to, command, refused: null, remedy: "" };
}
