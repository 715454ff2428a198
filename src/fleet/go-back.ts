import { afterDeploy, afterRollback } from "../release/ahead.ts";
import type { HostFacts } from "../release/facts.ts";
import { findDebris, withoutDebris } from "../release/recovery.ts";
import { noWayBack, wayBack } from "../release/way-back.ts";
import type { WayBack } from "../report/report.ts";
import type { Ending } from "./conclude.ts";
import type { Member } from "./member.ts";
import { leads } from "./root-group.ts";
import { stampOf, type FleetRun } from "./run.ts";

/** How to go back from what this run made live, by the facts as they are now; null where nothing was live before. */
export function goBackFrom(run: FleetRun, members: readonly Member[], { outcome, release }: Ending): WayBack | null {
  const before = new Set(members.map(({ previous }) => previous));
  if (release === null || (before.size === 1 && before.has(null))) return null;
  const hosts = members.filter(leads).flatMap((member) => {
    const made = outcome === "deployed" && member.part === "makes";
    const facts = factsNow(run, member, made ? afterDeploy : afterRollback, release);
    return facts === null ? [] : [{ host: member.name, facts }];
  });
  const damaged = members.find((member) => member.damaged);
  if (damaged !== undefined)
    return noWayBack(
      `${damaged.previous ?? ""} is no longer whole on ${damaged.name}.`,
      `To choose another one: ${run.commands("releases")}`,
    );
  if (outcome === "deployed") return wayBack(hosts, run.commands);
  // A plain rollback would go back once more.
  const [previous = null] = before;
  if (before.size === 1 && previous !== null) return wayBack(hosts, run.commands, previous);
  return noWayBack("The hosts served different releases before.", `To choose one of them: ${run.commands("releases")}`);
}

function factsNow(run: FleetRun, member: Member, after: typeof afterDeploy, release: string): HostFacts | null {
  if (member.facts === null) return null;
  const stamp = stampOf(run, member.generation);
  const facts = after(withoutDebris(member.facts.release, findDebris(member.facts.release, stamp)), release, stamp);
  return { ...facts, releases: facts.releases.filter(({ id }) => !member.pruned.includes(id)) };
}
