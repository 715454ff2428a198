import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApi, realPorts, type Event } from "../../src/index.ts";
import { LocalHosts } from "./local-hosts.ts";

const api = createApi(realPorts());
let fleet: LocalHosts;
beforeEach(() => void (fleet = new LocalHosts()));
afterEach(() => fleet.remove());

test("P3: who is interrupted while the live release is looked through has not seen that it is whole", async () => {
  const hosts = ["web1", "web2"];
  await api.deploy(fleet.on({ hosts }), {});
  rmSync(join(fleet.root("web2"), "current/index.html"));
  const abort = new AbortController();
  const emit = (event: Event): void => {
    if (event.kind === "phase-started" && event.phase === "check") abort.abort();
  };
  const report = await api.deploy({ ...fleet.on({ hosts }), emit, signal: abort.signal }, {});
  expect(report.outcome).toBe("interrupted");
  expect((await api.deploy(fleet.on({ hosts }), {})).outcome).toBe("deployed");
  expect(fleet.served("web2")).toBe("one");
});

test("P3: nor is there a plan of what was not seen to its end", async () => {
  const hosts = ["web1", "web2"];
  await api.deploy(fleet.on({ hosts }), {});
  const abort = new AbortController();
  const emit = (event: Event): void => {
    if (event.kind === "phase-started" && event.phase === "look") abort.abort();
  };
  const context = { ...fleet.on({ hosts }), emit, signal: abort.signal };
  await expect(api.plan(context, {})).rejects.toMatchObject({ kind: "cancelled" });
});
