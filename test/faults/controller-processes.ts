import { readdirSync, readFileSync } from "node:fs";
import type { Scene } from "./scene.ts";

/** Programs on this machine that still serve a command over a scene's hosts: its ssh clients. */
export function controllerProcesses({ fleet }: Scene): string[] {
  if (fleet === null) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(argsOf)
    .filter((args) => args.startsWith("ssh ") && args.includes(fleet.sshConfigFile));
}

function argsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").join(" ").slice(0, 200);
  } catch {
    return "";
  }
}
