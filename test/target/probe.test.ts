import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as requests from "../../src/host/requests.ts";
import { Bench } from "./bench.ts";
import { everyKind, scratch } from "./kinds.ts";

const PLAIN = { as: null, environment: requests.exports({}), path: [], shell: null };

describe.each(everyKind())("$name", (kind) => {
  let bench: Bench;
  let home: string;
  beforeAll(async () => {
    home = mkdtempSync(join(scratch, "it's home "));
    mkdirSync(join(home, "bin"));
    writeFileSync(join(home, "bin/my-tool"), "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(join(home, ".profile"), "echo hello from a profile; PATH=$HOME/bin:$PATH; cat\n");
    bench = new Bench(kind, { through: [`HOME=${home}`] });
  });
  afterAll(async () => bench.close());

  test("says what is there and what is not, and writes nothing", async () => {
    const lines = await bench.ask(requests.probe({ ...PLAIN, programs: ["awk", "cd", "no-such-program"] }));
    expect(lines).toEqual([`path ${kind.path}`, "found awk", "found cd", "missing no-such-program", "probed"]);
    expect(readdirSync(bench.root)).toEqual([]);
  });

  test("looks where tasks look first", async () => {
    expect(await bench.ask(requests.probe({ ...PLAIN, path: ["~/bin"], programs: ["my-tool"] }))).toEqual([
      `path ${home}/bin:${kind.path}`,
      "found my-tool",
      "probed",
    ]);
  });

  test("asks the shell of the task, whose start-up files may print", async ({ skip }) => {
    if (kind.name.startsWith("yash")) skip("it has a profile of its own, and `shell:` does not take it");
    const shell = { program: kind.shell, flags: "-l" } as const;
    const lines = await bench.ask(requests.probe({ ...PLAIN, shell, programs: ["my-tool"] }));
    expect(lines.filter((line) => !line.startsWith("path "))).toEqual(["noise hello from a profile", "found my-tool", "probed"]);
  });

  test("says why it could not ask", async () => {
    const shell = { program: "/no/such/bash", flags: "" } as const;
    expect(await bench.ask(requests.probe({ ...PLAIN, shell, programs: ["awk"] }))).toEqual(["noise /no/such/bash: not found"]);
  });
});
