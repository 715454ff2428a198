import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../hosts/until.ts";
import { projectIn } from "../trees/deploying.ts";

const YAML = `app: minder
root: ./app
lease: 2s
source: { directory: src }
tasks: { prepare: "touch \\"$SLH_ROOT/started\\"; sleep 60" }
environments: { local: { hosts: [local] } }
`;

/** Process id of the parent, from /proc: the field behind the state. */
function parentOf(pid: string): number {
  return Number(
    readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[1],
  );
}

test("P5: where only the process between loop and worker is killed, the deploy ends, and nothing goes on", async ({ skip }) => {
  skip(!existsSync("/proc/self/stat"), "needs /proc");
  const directory = mkdtempSync(join(tmpdir(), "minder-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const source = join(directory, "src");
  mkdirSync(source);
  writeFileSync(join(source, "file"), "one");
  const deploying = projectIn(directory, YAML).deploy();
  const runs = join(directory, "app/.symlink-helper/run");
  await until("the task runs", () => existsSync(join(directory, "app/started")));
  const [session = ""] = readdirSync(runs);
  const [worker = ""] = readFileSync(join(runs, session, "worker"), "utf8").split(" ");
  const [task = ""] = readFileSync(join(runs, session, "task"), "utf8").split(" ");
  process.kill(parentOf(worker), "SIGKILL");
  const report = await deploying;
  expect(report).toMatchObject({ outcome: "failed", hosts: [{ error: { kind: "connection-lost" } }] });
  await until("worker and task are gone", () => [worker, task].every((pid) => !lives(pid)));
  await until("nothing of the run is left", () => readdirSync(runs).length === 0);
});

function lives(pid: string): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
