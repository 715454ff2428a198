import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Bench } from "./bench.ts";
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
