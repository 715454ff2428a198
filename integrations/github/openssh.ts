import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { programEnvironment } from "./environment.ts";

/**
 * Asks a program of OpenSSH something that it answers at once. Without our inputs: what it starts itself (`Match exec` in an ssh_config) would
 * have the key in its environment. `cwd`: where the program will call it; relative names of files start there.
 */
export function openSsh(program: "ssh" | "ssh-keygen", args: readonly string[], cwd?: string): SpawnSyncReturns<string> {
  return spawnSync(program, args, {
    encoding: "utf8",
    cwd,
    env: programEnvironment(process.env, {}),
    stdio: ["ignore", "pipe", "pipe"],
  });
}
