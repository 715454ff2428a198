import type { ByteString } from "../../host/bytes.ts";
import { gitOutput } from "./git.ts";
import type { Git } from "./git.ts";

/** A submodule in a commit: the path, and the commit of the other repository that belongs there. */
export interface GitLink {
  readonly path: ByteString;
  readonly commit: string;
}

/** All of a commit's own; those in submodules are not looked for. */
export async function gitLinks(git: Git, commit: string): Promise<GitLink[]> {
  const listed = await gitOutput(git, "ls-tree", "-r", "-z", "--full-tree", commit);
  const links = listed.split("\0").filter((line) => line.startsWith("160000 "));
  return links.map((line) => {
    const tab = line.indexOf("\t");
    return { commit: line.slice(0, tab).split(" ")[2] ?? "", path: line.slice(tab + 1) as ByteString };
  });
}
