import { type Project, has, textOf } from "../project.ts";
import type { Recipe } from "../recipe.ts";
import { RESTART, dotenv, unit, unneeded } from "./parts.ts";

export function isGo(project: Project): boolean {
  return has(project, "go.mod");
}

/** Built here: hosts need no Go. */
export function go(project: Project): Recipe {
  const kept = ["static", "public", "templates", "views", "web", "migrations"].filter((folder) => has(project, folder));
  return {
    kind: "go",
    title: "A Go program, built on your machine in a clean export of the commit",
    about: unit(`ROOT/current/bin/${moduleName(project) ?? "NAME"}`),
    exclude: ["/*", "!/bin", ...kept.map((folder) => `!/${folder}`)],
    sharedFiles: dotenv(project),
    env: { CGO_ENABLED: "0", GOOS: "linux" },
    build: ["mkdir -p bin && go build -trimpath -o bin/ ./..."],
    reload: [RESTART],
    notes: ["Where hosts have another processor than this machine, add GOARCH (amd64, arm64) to `env`."],
  };
}

/** The last part of the module's path, which is what its program is called. */
export function moduleName(project: Project): string | null {
  const path = /^module\s+(\S+)/mu.exec(textOf(project, "go.mod"))?.[1];
  return (
    path
      ?.replace(/\/v\d+$/u, "")
      .split("/")
      .at(-1) ?? null
  );
}

export function isHugo(project: Project): boolean {
  return has(project, "hugo.toml", "hugo.yaml", "hugo.json") || isOlderHugo(project);
}

/** Before 0.110 the file was called as those of many programs are; the folders besides are its own. */
function isOlderHugo(project: Project): boolean {
  return has(project, "config.toml", "config.yaml", "config.json") && has(project, "archetypes", "layouts", "themes");
}

export function hugo(): Recipe {
  return {
    kind: "hugo",
    title: "A Hugo site, built on your machine in a clean export of the commit",
    about: ["Let the web server serve ROOT/current/public."],
    exclude: ["/*", "!/public"],
    build: ["hugo --minify"],
  };
}

export function isStatic(project: Project): boolean {
  return has(project, "index.html") || resultOf(project) !== null;
}

/** Files that are served as they are. */
export function staticFiles(project: Project): Recipe {
  const folder = has(project, "index.html") ? null : resultOf(project);
  const title = "A static site";
  if (folder === null)
    return {
      kind: "static",
      title,
      about: ["Let the web server serve ROOT/current."],
      exclude: ["/symlink-helper.*", "/README.md", ...unneeded(project)],
    };
  const fromDirectory = project.git?.ignored.has(folder) === true;
  return {
    kind: "static",
    title,
    about: [`Let the web server serve ROOT/current/${folder}.`],
    exclude: ["/*", `!/${folder}`],
    fromDirectory,
    notes: fromDirectory
      ? [`git does not hold \`${folder}\`: it is taken from this directory as it is. Build it before you deploy.`]
      : [],
  };
}

function resultOf(project: Project): string | null {
  return (
    ["dist", "public", "_site", "build", "out", "site", "www"].find((folder) => has(project, `${folder}/index.html`)) ?? null
  );
}

/** Anything else. */
export function plain(project: Project): Recipe {
  return {
    kind: "plain",
    title: "An application",
    about: ["Nothing here told what kind of application this is: the files are deployed as they are."],
    exclude: unneeded(project),
    sharedFiles: dotenv(project),
    reload: [RESTART],
    notes: ["What has to be installed or built goes to `build` (on your machine) or `prepare` (on each host)."],
  };
}
