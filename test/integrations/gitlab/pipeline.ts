import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../scripts/files.mjs";
import { openProject, type Ended, type Project, type Settings } from "../../e2e/project.ts";
import type { Fleet } from "../../hosts/fleet.ts";
import { writeNpx } from "../npx.ts";

/** A repository with the component in it, whose pipelines are run by gitlab-ci-local. */
export interface Pipeline {
  readonly project: Project;
  /** Home and temporary files of whatever runs. */
  readonly scratch: string;
  /** Writes .gitlab-ci.yml: these templates with these inputs, and other jobs. */
  include(templates: Readonly<Record<string, Inputs>>, jobs?: object): void;
  /** Variables of type File, by name. */
  files(variables: Readonly<Record<string, string>>): void;
  configure(settings: Settings): void;
  /** Runs gitlab-ci-local. */
  run(...args: readonly string[]): Promise<Ended>;
  /** A file of the reports that the last job left; empty where there is none. */
  report(name: string): string;
  close(): void;
}

type Inputs = Readonly<Record<string, unknown>>;

const LOCAL = createRequire(import.meta.url).resolve("gitlab-ci-local");

export function openPipeline(fleet: Fleet): Pipeline {
  const project = openProject({ fleet });
  const scratch = mkdtempSync(join(tmpdir(), "slh-gitlab-"));
  for (const folder of ["home", "tmp", "bin"]) mkdirSync(join(scratch, folder));
  cpSync(join(root, "templates"), join(project.directory, "templates"), { recursive: true });
  // What the component would have from the registry.
  writeNpx(join(scratch, "bin"));
  project.git("remote", "add", "origin", "git@gitlab.example:group/shop.git");
  project.write({ ".gitignore": ".gitlab-ci-local*\nbehind.txt\n" });
  const hosts = fleet.hosts.map(({ name, reachedAt }) => ({ name, host: `root@${reachedAt.address}:${reachedAt.port}` }));
  const configure: Pipeline["configure"] = (settings) =>
    project.configure({
      ssh: {},
      exclude: ["symlink-helper.yaml", "templates", ".git*"],
      environments: { production: { hosts } },
      ...settings,
    });
  configure({});
  return {
    project,
    scratch,
    configure,
    include: (templates, jobs = {}) => {
      const include = Object.entries(templates).map(([name, inputs]) => ({ local: `templates/${name}.yml`, inputs }));
      writeFileSync(
        join(project.directory, ".gitlab-ci.yml"),
        JSON.stringify({ stages: ["deploy", "behind"], include, ...jobs }),
      );
      project.commit();
    },
    files: (variables) => {
      const written = Object.entries(variables).map(([name, text]) => [name, { type: "file", values: { "*": text } }]);
      writeFileSync(join(project.directory, ".gitlab-ci-local-variables.yml"), JSON.stringify(Object.fromEntries(written)));
    },
    run: (...args) =>
      ended(
        spawn(process.execPath, [LOCAL, "--force-shell-executor", "--no-color", ...args], {
          cwd: project.directory,
          env: plainEnvironment(scratch),
          stdio: ["ignore", "pipe", "pipe"],
        }),
      ),
    report: (name) => {
      const path = join(project.directory, "symlink-helper-report", name);
      return existsSync(path) ? readFileSync(path, "utf8") : "";
    },
    close: () => {
      project.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Nothing of a CI system that runs the tests reaches a pipeline. */
export function plainEnvironment(scratch: string): Record<string, string> {
  const path = `${join(scratch, "bin")}:${process.env["PATH"] ?? ""}`;
  return { PATH: path, HOME: join(scratch, "home"), TMPDIR: join(scratch, "tmp"), GIT_CONFIG_NOSYSTEM: "1" };
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (said.stdout += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (said.stderr += chunk));
  const code = await new Promise<number | null>((resolve) => void child.on("close", resolve));
  return { code, ...said };
}
