import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openProject, type Project } from "../../e2e/project.ts";
import type { Fleet } from "../../hosts/fleet.ts";

/** A project that is deployed to real hosts, with nothing of ssh in its configuration but addresses. */
export interface Shop extends Project {
  /** What the step is given to reach them. */
  readonly ssh: { readonly "ssh-private-key": string; readonly "known-hosts": string };
  /** Lines of the private key that are secret: the first is the same in every such key. */
  readonly keyLines: readonly string[];
}

export function openShop(fleet: Fleet): Shop {
  const file = (name: string): string => readFileSync(join(fleet.directory, name), "utf8");
  const project = openProject();
  const hosts = fleet.hosts.map(({ name, reachedAt: { address, port } }) => ({ name, host: address, port, user: "root" }));
  const key = file("client_key");
  const configure: Project["configure"] = (more) =>
    project.configure({ root: fleet.appRoot, environments: { production: { hosts } }, lease: "5s", ...more });
  configure({});
  return {
    ...project,
    configure,
    appRoot: fleet.appRoot,
    // As the web interface gives it back: with the line ends of who pasted it, and without the last.
    ssh: { "ssh-private-key": key.trim().replaceAll("\n", "\r\n"), "known-hosts": file("known_hosts") },
    keyLines: key
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("-----"))
      .slice(1),
  };
}
