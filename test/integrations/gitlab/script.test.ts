import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { blocksOf } from "../../docs/markdown.ts";
import { contentOf } from "../../house/files.ts";
import { describeHosts } from "../../hosts/describe-hosts.ts";
import { emptyRoots, type Fleet, startFleet } from "../../hosts/fleet.ts";
import { findProgram } from "../../hosts/machine.ts";
import { until } from "../../hosts/until.ts";
import { ended, openPipeline, type Pipeline, plainEnvironment } from "./pipeline.ts";
import { scriptOf, TEMPLATES, templateOf, variablesOf } from "./script.ts";

describe("the shell text of the templates", () => {
  test.runIf(findProgram("shellcheck")).each(TEMPLATES)("%s.yml is clean", (name) => {
    const checked = spawnSync("shellcheck", ["-s", "sh", "-o", "all", "-e", "SC2154,SC2249,SC2310,SC2311,SC2312", "-"], {
      input: scriptOf(name),
      encoding: "utf8",
    });
    expect([checked.status, checked.stdout]).toEqual([0, ""]);
  });

  test("is the same in all of them, as far as they do the same", () => {
    const common = TEMPLATES.map((name) => /^set -euf\n[^]*?^prepare_ssh "\$@"\n/mu.exec(scriptOf(name))?.[0] ?? name);
    expect(common[0]?.length).toBeGreaterThan(3000);
    expect(new Set(common).size).toBe(1);
    expect(new Set(TEMPLATES.map((name) => templateOf(name).job.after_script.join("\n"))).size).toBe(1);
  });

  test.each(TEMPLATES)("%s.yml has no input in it, takes no key at first sight, and explains each input", (name) => {
    const { inputs, job } = templateOf(name);
    expect([...job.script, ...job.after_script].join("\n")).not.toMatch(
      /\$\[\[|^[^'"]*ssh-keyscan|accept-new|StrictHostKeyChecking/mu,
    );
    expect(Object.entries(inputs).filter(([, { description = "" }]) => description.length < 10)).toEqual([]);
    expect(inputs["version"]?.default).toBe(JSON.parse(contentOf("package.json")).version);
  });
});

test("the page that explains it names inputs that there are", () => {
  const blocks = blocksOf("docs/how-to/gitlab-ci.md").filter(({ language }) => language === "yml");
  const included = blocks.flatMap(
    ({ text }) => (parse(text) as { include?: { component: string; inputs: object }[] }).include ?? [],
  );
  expect(included.length).toBeGreaterThan(3);
  for (const { component, inputs } of included) {
    const name = TEMPLATES.find((each) => component.includes(`/${each}@`)) ?? "deploy";
    expect(component).toContain(`/${name}@${JSON.parse(contentOf("package.json")).version}`);
    expect(Object.keys(inputs).filter((input) => !(input in templateOf(name).inputs))).toEqual([]);
  }
});

test("a job that is cancelled before the program has begun does not begin it, and keys that killed jobs left are swept", () => {
  const scratch = mkdtempSync(join(tmpdir(), "slh-cancelled-"));
  try {
    for (const folder of ["home", "tmp", "bin"]) mkdirSync(join(scratch, folder));
    const program = (name: string, text: string): void =>
      writeFileSync(join(scratch, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    // It is the last that is done before the program begins.
    program("ssh-keygen", 'kill -TERM "$PPID"');
    program("program", "touch begun");
    const key = join(scratch, "key");
    for (const name of [key, join(scratch, "known")]) writeFileSync(name, "a file\n");
    const templates = TEMPLATES.map((name) => ({
      text: scriptOf(name),
      left: "slh-6-",
      env: {
        ...variablesOf(name, { command: "program", run: "down" }),
        // What `run` of stop.yml asks for.
        GIT_STRATEGY: "fetch",
        SSH_PRIVATE_KEY: key,
        SSH_KNOWN_HOSTS: join(scratch, "known"),
      },
    }));
    const empty = ["TO", "CONFIG", "HOSTS", "SSH_CONFIG", "KNOWN", "OPTIONS"].map((name) => [`SLH_CI_${name}`, ""]);
    const jenkins = { SLH_CI_KEY: key, SLH_CI_PROGRAM: "program", SLH_CI_COMMAND: "deploy", SLH_CI_ENVIRONMENT: "production" };
    const step = {
      text: contentOf("resources/symlink-helper/run.sh"),
      left: "slh-jenkins-",
      env: { ...Object.fromEntries(empty), ...jenkins },
    };
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    for (const { text, env, left } of [...templates, step]) {
      const [killed, running] = [join(scratch, "tmp", `${left}killed`), join(scratch, "tmp", `${left}running`)];
      for (const directory of [killed, running]) mkdirSync(directory);
      writeFileSync(join(killed, "key"), "a key");
      utimesSync(killed, twoDaysAgo, twoDaysAgo);
      const { status } = spawnSync("/bin/sh", ["-c", text], {
        cwd: scratch,
        env: { ...plainEnvironment(scratch), ...env, CI_JOB_ID: "7" },
      });
      expect([status, existsSync(join(scratch, "begun")), readdirSync(join(scratch, "tmp"))]).toEqual([
        130,
        false,
        [`${left}running`],
      ]);
      rmSync(running, { recursive: true });
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

describeHosts("a job that is cancelled", () => {
  let fleet: Fleet;
  let pipeline: Pipeline;
  beforeAll(async () => {
    fleet = await startFleet({ hosts: 1 });
    pipeline = openPipeline(fleet);
  });
  afterAll(async () => {
    pipeline.close();
    await fleet.stop();
  });

  // A runner signals the group of processes, a container its first process only.
  test.each([
    ["bash", "group"],
    ["dash", "shell"],
  ])("%s, signal to the %s: what is not confirmed goes back, reports are kept, the key is gone", async (shell, whom) => {
    emptyRoots(fleet);
    const { project, scratch } = pipeline;
    pipeline.configure({
      tasks: { afterSwitch: 'touch "$SLH_SHARED/begun"; while ! [ -e "$SLH_SHARED/go" ]; do sleep 0.1; done' },
      lease: "5s",
    });
    const files = { SSH_PRIVATE_KEY: join(scratch, "key"), SSH_KNOWN_HOSTS: join(fleet.directory, "known_hosts") };
    writeFileSync(files.SSH_PRIVATE_KEY, readFileSync(join(fleet.directory, "client_key")), { mode: 0o644 });
    const env = { ...plainEnvironment(scratch), ...files, ...variablesOf("deploy", {}), CI_JOB_ID: "7", GITLAB_CI: "true" };
    const child = spawn(shell, ["-c", scriptOf("deploy")], {
      cwd: project.directory,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = ended(child);
    const kept = (): string[] => readdirSync(join(scratch, "tmp")).filter((name) => name.startsWith("slh-7-"));
    const at = join(fleet.host("web1").directory, "shared/begun");
    await until("the new release is live", () => existsSync(at) || child.exitCode !== null);
    expect(kept()).toHaveLength(1);
    process.kill(whom === "group" ? -(child.pid ?? 0) : (child.pid ?? 0), "SIGTERM");
    const { code, stdout, stderr } = await end;
    expect([code, code === 130 ? "" : stdout + stderr]).toEqual([130, ""]);
    expect(existsSync(join(fleet.host("web1").directory, "current"))).toBe(false);
    expect(readFileSync(join(project.directory, "symlink-helper-report/deploy.env"), "utf8")).toContain(
      "DEPLOY_OUTCOME=interrupted",
    );
    expect(kept()).toEqual([]);
    mkdirSync(join(fleet.host("web1").directory, "shared"), { recursive: true });
    writeFileSync(join(fleet.host("web1").directory, "shared/go"), "");
  });
});
