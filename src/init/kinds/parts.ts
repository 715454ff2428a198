import { type Project, has } from "../project.ts";
import { packageJson, packageManager } from "../package-json.ts";

/** Comment lines of a unit for systemd that keeps a program of the release running. */
export function unit(command: string): readonly string[] {
  return [
    "A unit of systemd for the deploy user keeps it running, in ~/.config/systemd/user/NAME.service:",
    "  [Service]",
    "  WorkingDirectory=ROOT/current",
    `  ExecStart=${command}`,
    "`loginctl enable-linger deploy` lets it run when nobody is logged in.",
  ];
}

/** Restarts what {@link unit} keeps running. */
export const RESTART = "systemctl --user restart NAME";

/** `.env` where the project has one, or an example of one. */
export function dotenv(project: Project): readonly string[] {
  return has(project, ".env", ".env.example", ".env.dist", ".env.sample") ? [".env"] : [];
}

/** Folders of the first level that are there and that no host needs. */
export function unneeded(project: Project): readonly string[] {
  return ["test", "tests", "spec", "docs", ".github"].filter((folder) => has(project, folder)).map((folder) => `/${folder}`);
}

/** What makes the assets of an application in another language: commands for this machine, and what not to send of it. */
export function assets(project: Project): { readonly build: readonly string[]; readonly exclude: readonly string[] } {
  if (packageJson(project).scripts["build"] === undefined) return { build: [], exclude: [] };
  const manager = packageManager(project);
  return { build: [manager.install, manager.run("build")], exclude: ["node_modules"] };
}
