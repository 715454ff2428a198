import { expect } from "vitest";
import type { FleetHost } from "../hosts/fleet.ts";
import type { HostProcess } from "../hosts/processes.ts";
import { until } from "../hosts/until.ts";
import { testServed } from "./ground.ts";
import { nodeRecipe } from "./node-site.ts";
import { replaceUnderLoad } from "./replace.ts";

const recipe = nodeRecipe();

testServed(
  "P1, P2, P12: no request fails and nothing old answers after success, with nginx and Node as in the how-to",
  recipe.programs,
  async () =>
    replaceUnderLoad(recipe, { hosts: 2, rounds: 1 }, async ({ project, grounds }) => {
      const [{ live }] = (await project.json(["status"])).hosts;
      for (const { host } of grounds) {
        await onlyThat(host, `${project.appRoot}/releases/${live}/server.js`);
        await holdsNoRelease(host, project.appRoot);
      }
    }),
);

/** Whoever was let go of has ended, and one that ends by itself is started again. */
async function onlyThat(host: FleetHost, server: string): Promise<void> {
  const running = (): HostProcess[] => host.processes().filter(({ args }) => args.endsWith("/server.js"));
  const two = (): boolean => running().length === 2 && running().every(({ args }) => args.endsWith(` ${server}`));
  await until(`only the live release runs on ${host.name}`, two);
  const victim = running()[0]?.pid ?? 0;
  process.kill(victim, "SIGKILL");
  await until("another one is started", () => two() && running().every(({ pid }) => pid !== victim));
}

/** What keeps the port was started from a release that may be pruned since. */
async function holdsNoRelease(host: FleetHost, appRoot: string): Promise<void> {
  const [keeper, ...others] = host.processes().filter(({ args }) => args.endsWith(" current/serve.mjs"));
  expect(others).toEqual([]);
  const { stdout } = await host.exec('readlink "/proc/$1/cwd" "/proc/$1/fd/"*', String(keeper?.hostPid));
  expect(stdout).toMatch(new RegExp(`^${appRoot}$`, "mu"));
  expect(stdout).not.toContain("/releases/");
}
