import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readProgram } from "../../src/host/program.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { describeHosts } from "../hosts/describe-hosts.ts";

const STEPS = ["put.begun", "put.received", "put.flushed", "put.kept", "put.renamed", "put.on-disk"];

describeHosts("three hosts", () => {
  let scene: Scene;
  let roots: readonly string[];
  beforeAll(async () => {
    scene = await openScene({ hosts: 3, breakable: false });
    roots = scene.fleet?.hosts.map(({ directory }) => directory) ?? [];
  });
  afterAll(() => scene.stop());
  beforeEach(() => {
    scene.reset("empty");
    for (const root of roots) {
      rmSync(join(root, "shared"), { recursive: true, force: true });
      mkdirSync(join(root, "shared"), { recursive: true });
    }
  });

  const contents = (): (string | null)[] =>
    roots.map((root) => (existsSync(join(root, "shared/.env")) ? readFileSync(join(root, "shared/.env"), "utf8") : null));
  const others = (): string[] =>
    roots.flatMap((root) => [
      ...readdirSync(join(root, "shared")).filter((name) => name !== ".env"),
      ...readdirSync(join(root, ".symlink-helper/run")),
    ]);
  const put = { path: ".env", from: Buffer.from("new\n"), force: true };

  test.each(STEPS)(
    "P2: where one host dies at %s, every host has again what it had, or it is told which is not known",
    async (step) => {
      for (const root of roots) writeFileSync(join(root, "shared/.env"), "old\n");
      writeFileSync(join(roots[1] ?? "", "trip"), "");
      const trap = `slh_step() { if [ "$1" = ${step} ] && [ -e "$slh_root/trip" ]; then kill -s KILL "$$"; fi; }\n`;
      const program = readProgram().replace("slh_step() { :; }\n", () => trap);
      expect(program.includes(trap)).toBe(true);
      const report = await scene.api({ program }).sharedPut(scene.context(), put);
      expect(report.outcome).toBe("failed");
      expect(contents()).toEqual(["old\n", "old\n", "old\n"]);
      expect(others()).toEqual([]);
      rmSync(join(roots[1] ?? "", "trip"));
      expect(await scene.api().sharedPut(scene.context(), put)).toMatchObject({ outcome: "done" });
      expect(contents()).toEqual(["new\n", "new\n", "new\n"]);
      const history = await scene.api().history(scene.context());
      expect(history.rows).toMatchObject([
        { result: "put", message: expect.stringMatching(/^\.env sha256:[0-9a-f]{12}$/) as string },
      ]);
    },
  );

  test("an interrupt before it is done leaves everything as it was", async () => {
    const stop = new AbortController();
    const emit = (event: { readonly kind: string; readonly phase?: string }): void => {
      if (event.kind === "phase-ended" && event.phase === "send") stop.abort();
    };
    const report = await scene.api().sharedPut(scene.context({ signal: stop.signal, emit }), put);
    expect(report.outcome).toBe("interrupted");
    expect([contents(), others()]).toEqual([[null, null, null], []]);
  });
});
