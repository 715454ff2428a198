import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { narrowTo } from "../../src/config/choose-hosts.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import type { Report } from "../../src/index.ts";
import type { Scene } from "../faults/scene.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";
import { done, end, forth, openGroup } from "./root-group.ts";

const onlyBehind = { onlyBehind: true };

describeHosts("P3: a host that shares its app root with another one, and missed a deploy", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openGroup();
    await scene.deploy("v1");
    scene.keep("v1");
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset("v1"));

  const bring = (): Promise<Report> => scene.api().deploy(scene.context(), onlyBehind);

  const findings = async (): Promise<readonly (readonly string[])[]> => {
    const { hosts } = await scene.api().status(scene.context());
    return hosts.map((host) => host.findings);
  };

  const lost = (name: string): ResolvedConfig => ({
    ...scene.config,
    unreachable: "skip",
    hosts: scene.config.hosts.map((host) =>
      host.name === name && host.address.kind === "ssh"
        ? { ...host, address: { ...host.address, host: "127.0.0.1", port: 9 } }
        : host,
    ),
  });

  test("where none missed any, nothing is said", async () => {
    expect(await findings()).toEqual([[], [], []]);
    const report = await bring();
    expect([end(report), report.warnings]).toEqual([["unchanged", 0], []]);
  });

  test.each([
    ["skipped, since it could not be reached", "web2", () => lost("web2")],
    ["left out", "web2", () => narrowTo(scene.config, { hosts: ["web1", "web3"] })],
    ["the first, and left out", "web1", () => narrowTo(scene.config, { hosts: ["web2", "web3"] })],
  ])("%s: whoever looks says so, and the next deploy runs there, too", async (_, name, config) => {
    const { release } = await scene.deploy("v2", { config: config() });
    const other = name === "web1" ? "web2" : "web1";
    const text = `${release} became live by a run that was about ${other} only, as the ledger says: on ${name}, which shares that app root, it ran no task and no check`;
    expect(done(scene, name)).toEqual([]);
    const told = `${text}. To have that done, by a release made anew: symlink-helper deploy test`;
    expect(await findings()).toEqual(["web1", "web2", "web3"].map((host) => (host === name ? [told] : [])));
    const report = await bring();
    expect([end(report), report.warnings]).toEqual([["unchanged", 0], [told]]);
    // What web2 made when it was first is not what web1 would make, which alone migrates: that is to be deployed in any case.
    const warned = (what: string): string[] => (name === "web1" ? [] : [`web1: ${text}. ${what}`]);
    const plan = await scene.api().plan(scene.context(), {});
    expect([plan.outcome, plan.warnings]).toEqual(["deploy", warned("A deploy makes it anew.")]);
    const next = await scene.deploy("v2");
    expect([end(next), next.warnings]).toEqual([["deployed", 0], warned("It is made anew.")]);
    expect(next.goBack?.to).toBe(release);
    expect(done(scene, name)).toEqual(forth("deploy", next.release));
    expect(await findings()).toEqual([[], [], []]);
    expect(end(await scene.deploy("v2"))).toEqual(["unchanged", 0]);
  });
});
