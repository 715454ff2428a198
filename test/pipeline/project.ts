import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import { parse } from "yaml";
import { configurationReader } from "../../src/cli/configuration.ts";
import { createApi, type PipelineDocument, realPorts } from "../../src/index.ts";
import { runCli } from "../cli/world.ts";

/** A project with a configuration, for which pipelines are written. */
export interface PipelineProject {
  readonly directory: string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly git: (...args: readonly string[]) => void;
  readonly ci: (...args: readonly string[]) => Promise<{ code: number; stdout: string; stderr: string }>;
  /** The document of a pipeline that is only shown. */
  readonly shown: (...args: readonly string[]) => Promise<PipelineDocument>;
  readonly close: () => void;
}

const SETTINGS = { app: "shop", root: "/var/www/shop", source: { git: ".", ref: "main" } };

/** `config`: where the configuration is, and what is in it besides. */
export function openPipelineProject(more: object, config = "symlink-helper.yaml"): PipelineProject {
  const directory = mkdtempSync(join(tmpdir(), "slh-pipeline-"));
  const write: PipelineProject["write"] = (files) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  };
  const git: PipelineProject["git"] = (...args) =>
    void execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...args], { cwd: directory });
  git("init", "--quiet", "--initial-branch=trunk");
  write({ [config]: JSON.stringify({ ...SETTINGS, ...more }) });
  const ci: PipelineProject["ci"] = async (...args) =>
    runCli(["ci", ...args, "--config", join(directory, config)], {
      api: createApi(realPorts()),
      directory,
      loadConfig: configurationReader({}),
    });
  return {
    directory,
    write,
    git,
    ci,
    shown: async (...args) => {
      const { stdout, stderr } = await ci(...args, "--stdout", "--json");
      if (stderr !== "") throw new Error(stderr);
      return JSON.parse(stdout) as PipelineDocument;
    },
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export const ENVIRONMENTS = {
  production: { hosts: ["deploy@web1.example.org", "deploy@web2.example.org:2222"] },
  staging: { hosts: ["deploy@staging.example.org"] },
  local: { hosts: ["local"], root: "./scratch" },
};

/** Projects of the tests of a file: each is closed when its test ends. */
export function pipelineProjects(): {
  readonly open: (more?: object, config?: string) => PipelineProject;
  readonly latest: () => PipelineProject;
} {
  const opened: PipelineProject[] = [];
  afterEach(() => opened.splice(0).forEach((project) => project.close()));
  const latest = (): PipelineProject => opened.at(-1) ?? openIn({});
  const openIn = (more: object, config?: string): PipelineProject => {
    const project = openPipelineProject({ environments: ENVIRONMENTS, ...more }, config);
    opened.push(project);
    return project;
  };
  return { open: (more = {}, config) => openIn(more, config), latest };
}

/** The text of a file of a pipeline; of its first one where none is named. */
export function text({ files }: PipelineDocument, path = files[0]?.path): string {
  return files.find((file) => file.path === path)?.text ?? "";
}

export function workflow(document: PipelineDocument): any {
  return parse(text(document));
}
