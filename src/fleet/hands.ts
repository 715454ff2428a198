import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import { didYouMean } from "../config/suggest.ts";
import { HostFailure, UserError } from "../errors.ts";
import { onAbort } from "../host/abort.ts";
import { where } from "../host/hands.ts";
import { parseFacts } from "../plan/facts.ts";
import { Member } from "./member.ts";
import { onAll } from "./on-all.ts";
import type { FleetRun } from "./run.ts";

/** The hosts that are named, by themselves or by a role; all where nothing is named. Throws UserError for a name that nobody has. */
export function chosenHosts(
  { environment, hosts }: ResolvedConfig,
  { hosts: names = [], roles = [] }: { readonly hosts?: readonly string[]; readonly roles?: readonly string[] },
): readonly ResolvedHost[] {
  const known = hosts.map(({ name }) => name);
  const knownRoles = [...new Set(hosts.flatMap((host) => host.roles))];
  for (const name of names) if (!known.includes(name)) throw nobody(`host ${name}`, name, "Hosts", known, environment);
  for (const role of roles) if (!knownRoles.includes(role)) throw nobody(`role ${role}`, role, "Roles", knownRoles, environment);
  if (names.length + roles.length === 0) return hosts;
  return hosts.filter((host) => names.includes(host.name) || host.roles.some((role) => roles.includes(role)));
}

function nobody(what: string, word: string, kind: string, known: readonly string[], environment: string): UserError {
  const meant = didYouMean(word, known).trim();
  const list = `${kind} of ${environment}: ${known.join(", ") || "none"}.`;
  return new UserError({
    kind: "no-such-host",
    message: `There is no ${what} in ${environment}.`,
    remedy: [meant, list].filter((part) => part !== "").join(" "),
  });
}

/**
 * Does one thing on some hosts at once, without lock, and closes. An interrupt cuts off who is still being reached: nobody waits for a host
 * that he has given up. Whatever becomes of one host, the others go on.
 */
export async function withHands(
  run: FleetRun,
  hosts: readonly ResolvedHost[],
  work: (member: Member) => Promise<void>,
): Promise<readonly Member[]> {
  const members = hosts.map((host) => new Member(run, host));
  try {
    await onAll(members, async (member) => {
      await member.connect({ hands: true, signal: run.context.signal });
      return work(member);
    });
  } finally {
    await Promise.all(members.map((member) => member.close()));
  }
  return members;
}

/** What is there before anything is done: the live release or, where one is named, that one. */
export interface Place {
  /** The release to work in; empty for the root. */
  readonly release: string;
  /** What is live; empty for nothing. */
  readonly live: string;
}

/** First contact, and where the work is to be done: `current`, `root`, a release, or what there is. Throws HostFailure. */
export async function findPlace(run: FleetRun, member: Member, wanted: string | null): Promise<Place> {
  const named = wanted === null || wanted === "current" || wanted === "root" ? "" : wanted;
  const forget = onAbort(run.context.signal, () => void member.close());
  const lines = await member.ask(where(named)).finally(forget);
  const { exists, release } = parseFacts(lines);
  const { root } = member.host;
  const live = release.live ?? "";
  if (!exists) throw missing(member, `The app root ${root} is not there`, `To create it: ${run.commands("setup")}`);
  if (wanted === "current" && live === "") throw missing(member, "No release is live here", "To work in the app root: --in root");
  if (named !== "" && !lines.some((line) => line === `found ${named}`))
    throw missing(member, `There is no release ${named} here`, `To see which there are: ${run.commands("releases")}`);
  return { release: wanted === "root" ? "" : named === "" ? live : named, live };
}

function missing(member: Member, message: string, remedy: string): HostFailure {
  return new HostFailure({ host: member.name, kind: "host", message, remedy });
}
