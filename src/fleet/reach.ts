import { textOf } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { pair } from "../plan/facts.ts";
import { NotOpened } from "./lock.ts";
import { onAll, type Member } from "./member.ts";

/** First contact with all: who cannot be reached is known before anything else is done. Throws NotOpened. */
export async function reachAll(members: readonly Member[]): Promise<void> {
  for (const member of members) member.connect();
  const failed = await onAll(members, (member) =>
    member.phase("connect", async () => {
      const [line] = await member.ask(requests.rootId);
      const id = line === undefined ? "-" : textOf(pair(line)[1]);
      member.rootId = id === "-" ? "" : id;
    }),
  );
  if (failed.length > 0) throw new NotOpened(members);
}
