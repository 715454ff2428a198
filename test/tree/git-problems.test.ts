import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { git, gitEnv, makeRepository, ports } from "./git/support.ts";
import { scratch } from "./support.ts";
import { failure, gitProgram, left, open } from "./git/opened.ts";

describe("what the user can put right", () => {
  it("is an unknown ref: what was meant, and how to get it", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    git(repository, "branch", "release-2");
    git(repository, "update-ref", "refs/remotes/origin/next", "HEAD");
    expect(await failure(open(repository, "relaese-2"))).toMatchObject({
      message: `"relaese-2" is no branch, tag or commit of ${repository}. Did you mean release-2?`,
      remedy: expect.stringContaining(
        `--ref release-2, or bring what others have: git -C ${repository} fetch --all --tags`,
      ) as string,
    });
    expect((await failure(open(repository, "next"))).message).toContain("Did you mean origin/next?");
    expect((await failure(open(repository, "f".repeat(40)))).message).toMatch(/commit of \S+\.$/u);
    expect((await failure(open(repository, "HEAD:b"))).message).toContain("is no branch");
  });

  it("is a name that is there, but means no commit", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1", "lib/b": "2" });
    git(repository, "tag", "key", "HEAD:a");
    git(repository, "tag", "-a", "-m", "a key", "key-2", "HEAD:a");
    git(repository, "tag", "folder", "HEAD:lib");
    const file = "is the content of a file (for git a blob), not a commit.";
    const folder = "is a folder of files (for git a tree), not a commit.";
    for (const [ref, what] of [
      ["key", file],
      ["key-2", file],
      ["HEAD:a", file],
      [git(repository, "rev-parse", "key-2").trim(), file],
      ["folder", folder],
    ] as const) {
      expect(await failure(open(repository, ref))).toMatchObject({
        message: `${JSON.stringify(ref)} of ${repository} ${what}`,
        remedy: "Name a branch, a commit, or a tag of a commit: --ref main",
      });
    }
    await expect(open(`file://${repository}`, "key-2")).rejects.toThrow(file);
  });

  it.each(["-x", "--upload-pack=touch x", "", "a\0b"])("is a ref that cannot be one: %j", async (ref) => {
    expect((await failure(open("/nonexistent", ref))).message).toContain("cannot be the name of a git ref");
  });

  it("is a repository that is not there, not one, or only a folder of one", async () => {
    const place = scratch();
    makeRepository(`${place}/repo`, { "apps/shop/a": "1" });
    mkdirSync(`${place}/plain`);
    writeFileSync(`${place}/file`, "");
    expect((await failure(open(`${place}/missing`))).message).toContain("does not exist");
    expect((await failure(open(`${place}/file`))).message).toContain("is not a directory");
    expect(await failure(open(`${place}/plain`))).toMatchObject({
      message: `${place}/plain is not a git repository.`,
      remedy: expect.stringContaining("git init") as string,
    });
    expect((await failure(open(`${place}/repo/apps/shop`))).remedy).toContain(`\`git: ${place}/repo\``);
  });

  it("is a repository without commits", async () => {
    const place = scratch();
    git(place, "init", "--quiet");
    expect(await failure(open(place))).toMatchObject({
      message: `The repository ${place} has no commits yet.`,
      remedy: expect.stringContaining("git commit") as string,
    });
  });

  it("is a commit of which nothing is left", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    const given = ports();
    expect((await failure(open(repository, "main", given, { exclude: ["*"] }))).message).toContain("nothing to deploy");
    expect(left(given)).toEqual([]);
  });

  it("is a git that is not installed", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    expect((await failure(open(repository, "main", ports({ env: { PATH: "/nonexistent" } })))).message).toContain(
      "git is not installed",
    );
  });

  it("is a git that is killed, or fails in the middle", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    const given = ports();
    // What a person has in a broken set-up: a git that dies on `archive` and is fine otherwise.
    const bin = scratch();
    writeFileSync(
      `${bin}/git`,
      `#!/bin/sh\ncase " $* " in *" archive "*) echo broken >&2; kill -KILL $$;; esac\nexec ${gitProgram()} "$@"\n`,
      { mode: 0o755 },
    );
    const error = await failure(
      open(repository, "main", { ...given, env: { ...gitEnv, PATH: `${bin}:${gitEnv["PATH"] ?? ""}` } }),
    );
    expect(error).toMatchObject({ message: "`git archive` was killed by signal 9: broken", output: ["broken"] });
    expect(left(given)).toEqual([]);
  });

  it("is an abort while git runs: it is killed, and nothing is left", async () => {
    const place = scratch();
    makeRepository(`${place}/repo`, { a: "1" });
    writeFileSync(
      `${place}/git`,
      `#!/bin/sh\ncase " $* " in *" archive "*) : >${place}/started; exec sleep 600;; esac\nexec ${gitProgram()} "$@"\n`,
      { mode: 0o755 },
    );
    const controller = new AbortController();
    const given = ports({ signal: controller.signal, env: { ...gitEnv, PATH: `${place}:${gitEnv["PATH"] ?? ""}` } });
    const opening = open(`${place}/repo`, "main", given);
    const reason = new Error("interrupted");
    const waiting = setInterval(() => {
      if (existsSync(`${place}/started`)) controller.abort(reason);
    }, 5);
    await expect(opening).rejects.toBe(reason);
    clearInterval(waiting);
    expect(left(given)).toEqual([]);
  });

  it("is a repository that belongs to somebody else", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    const env = { ...gitEnv, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };
    expect((await failure(open(repository, "main", ports({ env })))).remedy).toContain(
      `git config --global --add safe.directory ${repository}`,
    );
  });
});
