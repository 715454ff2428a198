import { appendFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bytesOf, type ByteString } from "../../src/host/bytes.ts";
import { fenceBack, join, leave, see, used } from "../../src/host/group-requests.ts";
import { callOf } from "../../src/host/quote.ts";
import * as requests from "../../src/host/requests.ts";
import { Bench } from "./bench.ts";
import { mainKinds, oneKind } from "./kinds.ts";

const LAYOUT = { current: "current", releases: "releases", shared: "shared" } as const;
const LOOK = { ledgerLines: 400, base: false, shared: [] } as const;
const RUN = "r-1";
const LINK = (id: string): ByteString => bytesOf(`releases/${id}`);
const line = (kind: string, release: string, run = RUN): string =>
  `${JSON.stringify({ at: "2026-11-28T09:00:00Z", kind, release, run })}\n`;

describe.each(mainKinds())("root groups, followed in $name", (kind) => {
  let leader: Bench;
  let follower: Bench;
  beforeAll(() => void (leader = new Bench(oneKind())));
  afterAll(() => leader.close());
  afterEach(() => follower.close());

  // As a member that joins is told: under the lock of the one that leads, with its spools outside of the root.
  beforeEach(async () => {
    await leader.fresh();
    leader.release("a");
    leader.release("b");
    leader.pointTo("a");
    const { root, generation, renamer } = leader;
    follower = new Bench(kind, { root });
    const { session, lease } = follower;
    const state = { root, layout: LAYOUT, session, generation, renamer, lease, hands: true, follows: true };
    follower.talk.setState(requests.stateText(state));
  });

  const switchTo = (id: string): void => {
    rmSync(leader.at("current"));
    symlinkSync(`releases/${id}`, leader.at("current"));
  };
  /** All but what the leader's own conversation writes. */
  const listing = (): string[] =>
    readdirSync(leader.root, { encoding: "utf8", recursive: true })
      .filter((path) => !path.endsWith(".beat") && !path.includes(leader.session))
      .toSorted();

  test("it joins and leaves without a trace in the root, and lets go of no lock", async () => {
    const before = listing();
    const lines = await follower.ask(join("", LOOK));
    expect(lines.some((answer) => answer.includes(leader.generation))).toBe(true);
    await follower.call("slh_unlock");
    expect(listing()).toEqual(before);
    expect(await leader.ask(`${requests.fence}${callOf("slh_say", [bytesOf("held")])}`)).toEqual(["held"]);
    await follower.ask(leave);
    expect(listing()).toEqual(before);
  });

  test("P3: it sees the switch when it is there, waits for it, and says where it is not seen", async () => {
    expect(await follower.ask(see(LINK("a"), "a", 0))).toContain("live a");
    const waiting = follower.ask(see(LINK("b"), "b", 20));
    await sleep(300);
    switchTo("b");
    expect(await waiting).toContain("live b");
    await expect(follower.ask(see(LINK("a"), "a", 1))).rejects.toMatchObject({
      kind: "not-seen",
      message: expect.stringMatching(/points to releases\/b on this host, but points to releases\/a on the one/),
    });
    await expect(follower.ask(see(bytesOf(""), "", 0))).rejects.toThrow("has been removed");
    rmSync(leader.at("current"));
    expect(await follower.ask(see(bytesOf(""), "", 0))).not.toContain("live b");
    await expect(follower.ask(see(LINK("b"), "b", 0))).rejects.toThrow("is not there on this host");
  });

  test("P8: it works under the lock of its leader, may finish behind it, and never under somebody else's", async () => {
    const held = callOf("slh_say", [bytesOf("held")]);
    expect(await follower.ask(`${requests.fence}${held}`)).toEqual(["held"]);
    await leader.ask(requests.unlock);
    await expect(follower.ask(requests.fence)).rejects.toMatchObject({ kind: "fenced" });
    expect(await follower.ask(`${fenceBack}${held}`)).toEqual(["held"]);
    await leader.open();
    await expect(follower.ask(fenceBack)).rejects.toMatchObject({ kind: "fenced" });
  });

  test.each([
    ["it was taken back", 0, ["switching", "returned"], "a"],
    ["it stays", 1, ["switching", "good"], "b"],
    ["it never was live", 2, [], "a"],
    ["another run's way back is none", 2, ["other"], "a"],
  ])("P2: without its controller it looks what becomes of the root: %s", async (_, code, kinds, live) => {
    await follower.ask(join("", LOOK));
    for (const one of kinds)
      appendFileSync(leader.home("ledger.jsonl"), one === "other" ? line("returned", "b", "r-2") : line(one, "b"));
    switchTo(live);
    if (code !== 0) await leader.ask(requests.unlock);
    const asks = callOf("slh_await_return", [bytesOf("b"), bytesOf(RUN)]).trimEnd();
    expect(await follower.ask(`if ${asks}; then slh_say 'code 0'; else slh_say "code $?"; fi\n`)).toEqual([`code ${code}`]);
  });

  test("P6: it says what is in use on it", async () => {
    const program = follower.ask(`cd "$slh_releases/a" && sleep 3\n`);
    await sleep(500);
    const other = new Bench(kind);
    other.moveTo(leader.root);
    expect(await other.ask(used(["a", "b"]))).toEqual([expect.stringMatching(/^kept a process /)]);
    await other.close();
    await program;
  });
});
