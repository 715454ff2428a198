import { dirname } from "node:path";
import type { Report } from "../../src/index.ts";
import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import { openScene, type Scene } from "../faults/scene.ts";

const NOTE = `printf '%s %s %s\\n' "$SLH_POINT" "$SLH_ACTION" "$SLH_RELEASE" >>"$TASK_LOG"`;
const TASK = JSON.stringify(`${NOTE}; [ ! -e "long-$SLH_POINT-$SLH_HOST" ] || sleep 60; [ ! -e "fails-$SLH_POINT-$SLH_HOST" ]`);
const UNDO = JSON.stringify(`SLH_POINT=undo; ${NOTE}`);

/** Tasks at every point; a check that reads the release through the link, and fails on a host where the release says so. */
const TASKS = `
tasks:
  prepare: ${TASK}
  beforeSwitch: { run: ${TASK}, on: first, undo: ${UNDO} }
  drain: ${TASK}
  afterSwitch: ${TASK}
  undrain: ${TASK}
  finish: ${TASK}
check: { command: ${JSON.stringify(`cd "$SLH_CURRENT/" && [ ! -e "fails-check-$SLH_HOST" ]`)}, within: 1s, interval: 1s }
`;

/** Three hosts, the first two of which have one app root, as over NFS: a mount in the second shows the disk of the first. */
export async function openGroup(): Promise<Scene> {
  const scene = await openScene({ hosts: 3, breakable: false, tasks: TASKS });
  await joinRoots(scene, "web1", "web2");
  return scene;
}

export async function joinRoots(scene: Scene, leader: string, follower: string): Promise<void> {
  const { fleet } = scene;
  const { code, stderr } =
    (await fleet?.host(follower).exec(`mount --bind "$1" "$2"`, scene.site(leader).disk, dirname(fleet.appRoot))) ?? {};
  if (code !== 0) throw new Error(stderr);
}

/** What a host did, without what is done before the first switch. */
export function done(scene: Scene, host: string): string[] {
  return scene.tasksRun(host).filter((line) => !/^(prepare|beforeSwitch|undo)/.test(line));
}

/** Everything that a host does for a release that stays. */
export function forth(action: string, release: string | null, points = ["drain", "afterSwitch", "undrain", "finish"]): string[] {
  return points.map((point) => `${point} ${action} ${release}`);
}

export function end(report: Report): unknown[] {
  return [report.outcome, exitCodeOf(report.outcome)];
}
