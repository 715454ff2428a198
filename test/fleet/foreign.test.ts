import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { look } from "../faults/outside.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";

describeHosts("other hands on the hosts", () => {
  let scene: Scene;
  beforeAll(async () => void (scene = await openScene({ hosts: 2, breakable: false, keep: 5 })));
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset("empty"));

  /** What another tool has deployed, with the absolute link that many make. */
  function deployByOther(id: string, version: string): void {
    for (const { root } of scene.sites) {
      mkdirSync(join(root, "releases", id), { recursive: true });
      writeFileSync(join(root, "releases", id, "version.txt"), `${version}\n`);
      symlinkSync(join(scene.fleet?.appRoot ?? "", "releases", id), join(root, "new"));
      renameSync(join(root, "new"), join(root, "current"));
    }
  }

  const links = (): (string | null)[] => scene.sites.map((site) => look(site).live);

  async function states(): Promise<string[][]> {
    const { hosts } = await scene.api().releases(scene.context());
    return hosts.map(({ releases }) => releases.map(({ state }) => state));
  }

  test("P7: what another tool made live is adopted, and the very first rollback goes to it", async () => {
    deployByOther("20200101000000", "v0");
    const report = await scene.deploy("v1");
    expect(report).toMatchObject({ outcome: "deployed", previous: "20200101000000" });
    expect(links()).toEqual([report.release, report.release]);
    expect(await states()).toEqual([
      ["good", "adopted"],
      ["good", "adopted"],
    ]);
    const back = await scene.api().rollback(scene.context(), {});
    expect(back).toMatchObject({ outcome: "rolled-back", release: "20200101000000" });
    expect(links()).toEqual([back.release, back.release]);
  });

  test("P2: a deploy over another tool's release that is taken back restores its link as it was, text and all", async () => {
    deployByOther("20200101000000", "v0");
    const before = links();
    expect((await scene.deploy("v1", { more: ["fails-afterSwitch-web2"] })).outcome).toBe("returned");
    expect(links()).toEqual(before);
  });

  test("P3: a switch that nobody announced is found, told and recorded, not guessed away", async () => {
    const [first, second] = [await scene.deploy("v1"), await scene.deploy("v2")];
    for (const { root } of scene.sites) {
      symlinkSync(`releases/${first.release}`, join(root, "new"));
      renameSync(join(root, "new"), join(root, "current"));
    }
    const { hosts } = await scene.api().status(scene.context());
    expect(hosts.map(({ live, findings }) => [live, findings.length])).toEqual([
      [first.release, 1],
      [first.release, 1],
    ]);
    const third = await scene.deploy("v3");
    expect(third).toMatchObject({ outcome: "deployed", previous: first.release });
    expect((await scene.api().rollback(scene.context(), {})).release).toBe(first.release);
    const { rows } = await scene.api().history(scene.context());
    expect(rows.some(({ release, from }) => release === first.release && from === second.release)).toBe(true);
  });

  test("P3: status promises no rollback where the link is gone", async () => {
    await scene.deploy("v1");
    const second = await scene.deploy("v2");
    rmSync(join(scene.site("web2").root, "current"));
    const { hosts, goBack } = await scene.api().status(scene.context());
    expect(hosts.map(({ live, rollbackTo }) => [live, rollbackTo === null])).toEqual([
      [second.release, false],
      [null, true],
    ]);
    expect(hosts[1]?.rollbackRefused).toContain("nothing to go back from");
    expect(goBack).toMatchObject({ to: null, refused: expect.stringContaining("web2") });
    await expect(scene.api().rollback(scene.context(), {})).rejects.toThrow("web2");
  });

  test("P9: what is no release in releases/ stays, whatever is pruned", async () => {
    const root = scene.site("web1").root;
    mkdirSync(join(root, "releases"), { recursive: true });
    cpSync(join(scene.scratch, "app"), join(root, "releases/.keep me"), { recursive: true });
    for (const version of ["v1", "v2", "v3"]) await scene.deploy(version);
    await scene.api().prune(scene.context(), { keep: 1 });
    expect(await states()).toEqual([
      ["good", "good"],
      ["good", "good"],
    ]);
    expect(look(scene.site("web1")).leftovers).toEqual(["half release .keep me"]);
  });
});
