import { renameSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openSource } from "../../../src/tree/source.ts";
import { file, nodes, scratch, treeOf } from "../support.ts";
import { commit, git, makeRepository, ports } from "./support.ts";

/** A repository with a submodule in a submodule, checked out; other names for paths and submodules. */
function withSubmodules(): { place: string; repository: string } {
  const place = scratch();
  makeRepository(`${place}/inner`, { deep: "inner" });
  makeRepository(`${place}/theme`, { style: "theme 1" });
  git(`${place}/theme`, "submodule", "--quiet", "add", `${place}/inner`, "vendor/in ner");
  commit(`${place}/theme`, {});
  const repository = `${place}/repo`;
  makeRepository(repository, { a: "1" });
  git(repository, "submodule", "--quiet", "add", "--name", "the theme", `${place}/theme`, "themes/größe");
  git(repository, "submodule", "--quiet", "update", "--init", "--recursive");
  commit(repository, {});
  return { place, repository };
}

async function digestOf(repository: string, ref = "main"): Promise<string> {
  const contents = await openSource({ kind: "git", repository, ref, exclude: [".gitmodules"] }, ports());
  return contents.tree.digest;
}

const whole = treeOf(
  nodes({ a: file("1"), "themes/größe/style": file("theme 1"), "themes/größe/vendor/in ner/deep": file("inner") }),
);

describe("submodules", () => {
  it("are part of the tree, all the way down, at the pinned commit", async () => {
    const { repository } = withSubmodules();
    commit(`${repository}/themes/größe`, { style: "theme 2" });
    expect(await digestOf(repository)).toBe(whole.digest);
  });

  it("are found where git keeps them when they are not checked out", async () => {
    const { repository } = withSubmodules();
    git(repository, "checkout", "--quiet", "--detach", "main~1");
    rmSync(`${repository}/themes`, { recursive: true, force: true });
    expect(await digestOf(repository, "main")).toBe(whole.digest);
  });

  it("are found after deinit", async () => {
    const { repository } = withSubmodules();
    git(repository, "submodule", "--quiet", "deinit", "--force", "--all");
    expect(await digestOf(repository)).toBe(whole.digest);
  });

  it("are left out where export-ignore says so", async () => {
    const { repository } = withSubmodules();
    commit(repository, { ".gitattributes": "/themes export-ignore\n.gitattributes export-ignore\n" });
    rmSync(`${repository}/.git/modules`, { recursive: true });
    expect(await digestOf(repository)).toBe(treeOf(nodes({ a: file("1") })).digest);
  });

  it("that were not initialised are named, with the command that does it", async () => {
    const { place, repository } = withSubmodules();
    git(place, "clone", "--quiet", repository, "fresh");
    await expect(digestOf(`${place}/fresh`)).rejects.toMatchObject({
      kind: "source",
      message: `Submodule themes/größe of ${place}/fresh is not there: it was not initialised.`,
      remedy: `git -C ${place}/fresh submodule update --init --recursive -- 'themes/größe'`,
    });
  });

  it("that were not initialised are named in the depth as well", async () => {
    const { place, repository } = withSubmodules();
    git(place, "clone", "--quiet", repository, "fresh");
    git(`${place}/fresh`, "submodule", "--quiet", "update", "--init");
    await expect(digestOf(`${place}/fresh`)).rejects.toThrow(
      `Submodule vendor/in ner of ${place}/fresh/themes/größe is not there`,
    );
  });

  it("without the pinned commit are named, with the command that fetches", async () => {
    const { place, repository } = withSubmodules();
    const missing = "1".repeat(40);
    git(repository, "update-index", "--cacheinfo", `160000,${missing},themes/größe`);
    git(repository, "commit", "--quiet", "--message", "x");
    await expect(digestOf(repository)).rejects.toMatchObject({
      message: `Submodule themes/größe does not have commit ${missing}, which is to be deployed.`,
      remedy: `git -C '${place}/repo/themes/größe' fetch --all --tags`,
    });
  });

  it("of a bare repository are out of reach, and the message says what helps", async () => {
    const { place, repository } = withSubmodules();
    git(place, "clone", "--quiet", "--bare", repository, "bare.git");
    await expect(digestOf(`${place}/bare.git`)).rejects.toMatchObject({ remedy: expect.stringContaining("URL") as string });
  });

  it("come along with a repository that is elsewhere", async () => {
    const { place, repository } = withSubmodules();
    renameSync(repository, `${place}/published`);
    expect(await digestOf(`file://${place}/published`)).toBe(whole.digest);
  });
});
