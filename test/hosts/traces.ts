import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Fleet } from "./fleet.ts";
import { runCommand } from "./command.ts";

/** What is left of a fleet on this machine: its processes, mounts and directories, one line each. */
export async function tracesOf({ directory, appRoot }: Pick<Fleet, "directory" | "appRoot">): Promise<string[]> {
  const { stdout } = await runCommand(["ps", "-eo", "pid=,args="]);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8");
  const named = `${stdout}${mounts}`.split("\n").filter((line) => line.includes(directory) || line.includes(dirname(appRoot)));
  return [...named, ...[directory, dirname(appRoot)].filter(existsSync)];
}
