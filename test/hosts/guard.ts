import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Place } from "./place.ts";

/** The program that boots the hosts of a fleet and takes everything away, also when this process is killed. */
export interface Guard {
  /** Boots a host whose files are in place, or boots it again after it was switched off. */
  boot(host: string): void;
  /** Takes the fleet away and waits until nothing of it is left. Rejects with what was found wrong. Safe to call twice. */
  end(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("guard.sh", import.meta.url));

/** Starts the guard of a fleet. It ends the fleet as soon as its standard input closes: by `end`, or because we died. */
export function startGuard({ directory, appParent, home, sshd }: Place, network: "shared" | "own"): Guard {
  const child = spawn("sh", [PROGRAM, directory, appParent, home, sshd, network], {
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  const complaints = text(child.stderr);
  const ended = once(child, "exit");
  // Should the guard be gone too early, its exit code tells more than a broken pipe.
  child.stdin.on("error", () => undefined);
  // A plain script that lets go of its fleet without stopping it still ends.
  child.unref();
  // Pipes of children are sockets, which can be let go of: their types do not say so.
  for (const stream of [child.stdin, child.stderr]) (stream as unknown as { unref(): void }).unref();
  return {
    boot: (host) => void child.stdin.write(`${host}\n`),
    async end() {
      child.ref();
      child.stdin.end();
      const [code] = (await ended) as [number | null];
      const complaint = await complaints;
      if (code !== 0 || complaint !== "") throw new Error(`The fleet did not go cleanly (${code}): ${complaint}`);
    },
  };
}
