import { textOf } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { pair, parseFacts } from "../plan/facts.ts";
import { NotOpened } from "./lock.ts";
import { onAll, type Member } from "./member.ts";
import { preflightFailure } from "./preflight.ts";
import { lockedFailure } from "./queue.ts";
import type { FleetRun } from "./run.ts";

/** First contact with all: who cannot be reached is known before anything else is done. Throws NotOpened. */
export async function reachAll({ context: { signal } }: FleetRun, members: readonly Member[]): Promise<void> {
  const failed = await onAll(members, (member) =>
    member.phase("connect", async () => {
      await member.connect({ signal });
      const [line] = await member.ask(requests.rootId);
      const id = line === undefined ? "-" : textOf(pair(line)[1]);
      member.rootId = id === "-" ? "" : id;
    }),
  );
  if (failed.length > 0) throw new NotOpened(members);
}

/** Whatever would stop a deploy anyhow is told before a long build, not behind it: what is in the way, and a hold. Throws NotOpened. */
export async function lookAhead(run: FleetRun, members: readonly Member[]): Promise<void> {
  const failed = await onAll(members, (member) => member.phase("look", () => lookAt(run, member)));
  if (failed.length > 0) throw new NotOpened(members);
}

async function lookAt(run: FleetRun, member: Member): Promise<void> {
  const { shared } = member.host;
  const { problems, user, lock } = parseFacts(await member.ask(requests.look({ ledgerLines: 0, base: false, shared })));
  if (problems.length > 0) throw preflightFailure(member, problems, user);
  if (lock.record?.kind === "hold") throw lockedFailure(run, member, lock.record);
}
