import { existsSync, readdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { listing } from "../../e2e/disk.ts";
import type { Fleet } from "../../hosts/fleet.ts";
import { Scanner } from "../scanner.ts";
import { type Job, leftIn, type Ran, RUNNER_TOKEN } from "./runner.ts";
import type { Shop } from "./shop.ts";

/** What must be so after a job, and how it was before. */
export interface Aftermath {
  /** Fails if a secret is anywhere, if anything was obeyed that is not ours, or if anything is left. `expected`: commands besides groups and masks. */
  check(job: Job, rans: readonly Ran[], expected?: readonly string[]): void;
}

/** `secrets`: what the step is given besides the key. Looks at the machine from now on. */
export function beginAftermath(fleet: Fleet, shop: Shop, secrets: readonly string[]): Aftermath {
  const before = new Set(readdirSync(tmpdir()));
  const sshBefore = ownSsh();
  const key = new Scanner([...shop.keyLines, RUNNER_TOKEN]);
  const values = new Scanner([...secrets, "nothing but the key"]);
  const all = new Scanner([...shop.keyLines, RUNNER_TOKEN, ...secrets]);
  const [stopKey, stopValues] = [key.watch(isAction), values.watch(mayHaveSecrets)];
  return {
    check: (job, rans, expected = []) => {
      expect([...stopKey(), ...stopValues()]).toEqual([]);
      for (const { raw, stopped } of rans) {
        // The runner takes out the lines that tell it what to hide.
        expect(all.has(raw.replaceAll(/^::add-mask::.*$/gmu, ""))).toBe(false);
        expect([stopped, raw.includes("##[")]).toEqual([false, false]);
      }
      const obeyed = rans.flatMap((ran) => ran.obeyed);
      const others = obeyed.filter(({ name }) => !["group", "endgroup", "add-mask"].includes(name));
      expect(others.map(({ name }) => name)).toEqual(expected);
      const masked = obeyed.filter(({ name }) => name === "add-mask").map(({ data }) => data);
      const known = [...secrets, shop.ssh["ssh-private-key"]].flatMap((secret) => secret.split(/\r?\n/u));
      expect(masked.filter((line) => !known.includes(line))).toEqual([]);
      expect(job.spread()).toBe("");
      expect(leftIn(job)).toEqual([]);
      const fresh = readdirSync(tmpdir()).filter((name) => !before.has(name) && !shop.directory.includes(name));
      const places = [...fresh.map((name) => join(tmpdir(), name)), job.temporary, shop.directory];
      expect(all.inFiles(...places, ...fleet.hosts.map(({ directory }) => directory))).toEqual([]);
      expect(ownSsh()).toEqual(sshBefore);
    },
  };
}

function ownSsh(): readonly string[] {
  const directory = join(homedir(), ".ssh");
  return existsSync(directory) ? listing(directory) : [];
}

/** It is given the inputs in its environment, by the runner. */
function isAction({ args }: { readonly args: string }): boolean {
  return /github\/dist\/(?:main|post)\.js/u.test(args);
}

/** The program gets secrets in its environment, what it starts on this machine has it too; on hosts only the tasks that name one. */
function mayHaveSecrets({ args }: { readonly args: string }): boolean {
  return isAction({ args }) || /github\/dist\/program\/bin|^ssh |^git |^sudo |named-its-secret/u.test(args);
}
