import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { loss } from "../../src/host/loss.ts";
import { until } from "../hosts/until.ts";
import { Bench, failureOf } from "./bench.ts";
import { mainKinds } from "./kinds.ts";
import { lay, record } from "./lock-records.ts";

/** A group of processes whose leader has died, by its number. */
async function headlessGroup(): Promise<string> {
  const leader = spawn("sh", ["-c", "sleep 60 &"], { detached: true, stdio: "ignore" });
  await once(leader, "exit");
  return String(leader.pid);
}

// An owner of whom something is left is watched for two seconds, and stopped, before its lock is taken over: time enough for another.
test.concurrent.each(mainKinds())("P8: of two who watch a dead owner one gets its lock, and keeps it ($name)", async (kind) => {
  const first = new Bench(kind);
  const second = new Bench(kind, { root: first.root });
  try {
    lay(first, "g000000001", record({ p: await headlessGroup() }));
    writeFileSync(first.home("locks/g000000001.beat"), "0\n");
    const late = sleep(1500).then(() => second.open());
    expect(await first.open()).toContainEqual(expect.stringMatching(/^opened g000000002 /));
    expect(await late).toContain("opened no");
    expect((await late).filter((line) => line.startsWith("lock held "))).toEqual([
      expect.stringMatching(/^lock held g000000002 .*;c=deploy;/),
    ]);
    await first.ask("slh_fence\n");
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
});

test.concurrent.each(mainKinds())("P5: a run that is lost while it probes for space leaves no probe ($name)", async (kind) => {
  const lost = new Bench(kind);
  lost.talk.setLoss(loss.asking);
  await lost.open();
  const answer = failureOf(lost.ask('dd() { slh_put x >"${2#of=}"; slh_say probing; sleep 60; }; slh_disk_full\n'));
  await until("it probes", () =>
    readdirSync(lost.home("run"), { recursive: true }).some((name) => String(name).includes("space")),
  );
  await lost.close();
  await answer;
  await until("it has noticed", () => readdirSync(lost.home("run")).length === 0);
});
