import { afterDeploy, afterRollback } from "../release/ahead.ts";
import type { HostFacts } from "../release/facts.ts";
import { findDebris, withoutDebris } from "../release/recovery.ts";
import type { HostWithFacts } from "../release/rollback-fleet.ts";
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
  const moved = members.filter(leads).flatMap((member) => {
    const made = outcome === "deployed" && member.part === "makes";
    return factsNow(run, member, (facts, ...rest) => (made ? afterDeploy : afterRollback)(facts, release, ...rest));
  });
  // Whoever types that command is asked about these, too.
  const hosts = [...moved, ...run.leftAlone.flatMap((member) => factsNow(run, member, (facts) => facts))];
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

/** None where it was not looked at, or that command is not for it. */
function factsNow(
  run: FleetRun,
  member: Member,
  after: (facts: HostFacts, stamp: ReturnType<typeof stampOf>) => HostFacts,
): readonly HostWithFacts[] {
  if (member.facts === null || !member.chosen) return [];
  const stamp = stampOf(run, member.generation);
  const facts = after(withoutDebris(member.facts.release, findDebris(member.facts.release, stamp)), stamp);
  return [{ host: member.name, facts: { ...facts, releases: facts.releases.filter(({ id }) => !member.pruned.includes(id)) } }];
}
