import { referenceOf } from "../release/reference.ts";
import type { HostWithFacts } from "../release/rollback-fleet.ts";
import type { Drift, HostStatus } from "../report/status-document.ts";
import type { Commands } from "../report/command-line.ts";

/** Who is behind what is live and good elsewhere, and what brings it there, by the very rules by which `deploy --only-behind` decides. */
export function driftOf(hosts: readonly HostWithFacts[], commands: Commands): Drift {
  const reference = referenceOf(hosts, { commands });
  if (!reference.ok) return { release: null, behind: [], command: "", why: reference.message, remedy: reference.remedy };
  const { release, behind } = reference;
  return { release, behind, command: commands("deploy", "--only-behind"), why: null, remedy: "" };
}

/** Fields that are null because nobody could tell, not because there is nothing. */
export function unknownOf(status: HostStatus): readonly string[] {
  if (status.error !== null) return FIELDS;
  const { live, elsewhere, inPlace, since, processes } = status;
  const served = live !== null || (elsewhere ?? inPlace ?? null) !== null;
  return [...(served && since === null ? ["since"] : []), ...(processes === null ? ["processes"] : [])];
}

const FIELDS: readonly (keyof HostStatus)[] = ["live", "state", "revision", "since", "by", "rollbackTo", "lock", "processes"];
