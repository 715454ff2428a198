import { mkdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import type { Bench } from "./bench.ts";

const BOOT = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
const SPACE = readlinkSync("/proc/self/ns/pid").replace("pid:", "");

/** A record as somebody on this machine writes it, with some fields of another kind. */
export function record(fields: Readonly<Record<string, string>>): string {
  const all = {
    t: "0dead0",
    b: BOOT,
    n: SPACE,
    u: String(process.getuid?.()),
    p: "4194303",
    s: "1",
    l: "30",
    k: "lease",
    ...fields,
  };
  const written = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  return `v1;${written.join(";")}`;
}

/** Lays such a record as the lock of a generation. */
export function lay(bench: Bench, generation: string, text: string): void {
  mkdirSync(bench.home("locks"), { recursive: true });
  symlinkSync(text, bench.home("locks", generation));
}
