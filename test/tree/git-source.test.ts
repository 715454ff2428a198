import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytesFrom, rawBytes } from "../../src/host/bytes.ts";
import { findProgram } from "../hosts/machine.ts";
import { commit, git, gitEnv, makeRepository, ports } from "./git/support.ts";
import { file, nodes, scratch, treeOf } from "./support.ts";
import { files, left, open, read } from "./git/opened.ts";

describe("a commit", () => {
  it("is the tree: its files, its id, its time, a label", async () => {
    const repository = `${scratch()}/repo`;
    const id = makeRepository(repository, { a: "1", "bin/run": "#!/bin/sh\n" });
    const contents = await open(repository);
    expect(contents.tree).toEqual(treeOf(nodes({ a: file("1"), "bin/run": file("#!/bin/sh\n", true) }), 1_600_000_001));
    expect(contents).toMatchObject({ revision: id, label: `main (${id.slice(0, 7)})`, warnings: [] });
    expect(await read(contents, "a")).toBe("1");
  });

  it("is what the ref meant at the start, whatever is in the work tree", async () => {
    const repository = `${scratch()}/repo`;
    const id = makeRepository(repository, { a: "committed" });
    writeFileSync(`${repository}/a`, "changed");
    writeFileSync(`${repository}/new`, "");
    const contents = await open(repository);
    commit(repository, {});
    expect({ a: await read(contents, "a"), revision: contents.revision }).toEqual({ a: "committed", revision: id });
    expect(contents.warnings).toEqual([
      `2 files are changed or new in ${repository} but not committed, and no part of this deploy: a, new`,
    ]);
  });

  it("does not miss the configuration, which counts as it is on disk, nor its schema", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    writeFileSync(`${repository}/symlink-helper.yaml`, "");
    writeFileSync(`${repository}/symlink-helper.schema.json`, "{}");
    const contents = await open(repository, "main", ports(), { settings: `${repository}/symlink-helper.yaml` });
    expect(contents.warnings).toEqual([]);
  });

  it.each(["main", "HEAD", "v1", "feature/größe", "refs/heads/main", "main~0", "COMMIT", "SHORT"])(
    "can be named %s",
    async (name) => {
      const repository = `${scratch()}/repo`;
      const id = makeRepository(repository, { a: "1" });
      git(repository, "tag", "--annotate", "--message=x", "v1");
      git(repository, "branch", "feature/größe");
      const ref = { COMMIT: id, SHORT: id.slice(0, 10) }[name] ?? name;
      const short = id.slice(0, 7);
      expect(await open(repository, ref)).toMatchObject({
        revision: id,
        label: id.startsWith(ref) ? short : `${ref} (${short})`,
      });
    },
  );

  it.skipIf(findProgram("git-lfs") === undefined)("has the contents that Git LFS keeps, where git-lfs is set up", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" });
    git(repository, "lfs", "install", "--local");
    commit(repository, { "large.bin": "the content" });
    expect(git(repository, "cat-file", "-p", "HEAD:large.bin")).toContain("git-lfs");
    const contents = await open(repository);
    expect([await read(contents, "large.bin"), contents.warnings]).toEqual(["the content", []]);
    git(repository, "lfs", "uninstall", "--local");
    expect((await open(repository)).warnings.at(-1)).toContain("is a Git LFS pointer");
  });

  it("keeps names that are no text, links, and long paths", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { [`${"größe/".repeat(30)}f`]: "deep" });
    const odd = Buffer.concat([Buffer.from(`${repository}/`), Buffer.from([0x61, 0xff, 0x0a, 0x5c])]);
    writeFileSync(odd, "odd");
    symlinkSync(rawBytes(bytesFrom(Buffer.from([0x2f, 0xfe]))), `${repository}/link`);
    const id = commit(repository, {});
    const expected = git(repository, "ls-tree", "-r", "-z", "--name-only", id);
    const contents = await open(repository);
    expect(files(contents)).toHaveLength(expected.split("\0").length - 1);
    expect(await read(contents, "a\u00FF\n\\")).toBe("odd");
    expect(contents.tree.entries.find(({ kind }) => kind === "link")).toMatchObject({ target: "/\u00FE" });
  });

  it("honours export-ignore and export-subst", async () => {
    const repository = `${scratch()}/repo`;
    const id = makeRepository(repository, {
      ".gitattributes": "tests export-ignore\nversion export-subst\n",
      "tests/a": "",
      version: "$Format:%H$\n",
      kept: "",
    });
    const contents = await open(repository);
    expect(files(contents)).toEqual([".gitattributes", "kept", "version"]);
    expect(await read(contents, "version")).toBe(`${id}\n`);
  });

  it("is the same bytes for everybody: line endings, replaced objects and odd umasks of the user do not count", async () => {
    const repository = `${scratch()}/repo`;
    const id = makeRepository(repository, { a: "1\n2\n", run: "#!/bin/sh\n" });
    const before = (await open(repository)).tree;
    const other = commit(repository, { a: "replaced" });
    git(repository, "replace", id, other);
    git(repository, "config", "core.autocrlf", "true");
    git(repository, "config", "tar.umask", "0777");
    expect((await open(repository, id)).tree).toEqual(before);
  });

  it("is found with what a hook has in its environment", async () => {
    const place = scratch();
    const id = makeRepository(`${place}/mine`, { a: "mine" });
    makeRepository(`${place}/other`, { a: "other" });
    const env = {
      ...gitEnv,
      GIT_DIR: `${place}/other/.git`,
      GIT_WORK_TREE: `${place}/other`,
      GIT_INDEX_FILE: `${place}/nothing`,
      GIT_PREFIX: "x/",
    };
    expect(await open(`${place}/mine`, "main", ports({ env }))).toMatchObject({ revision: id, warnings: [] });
  });

  it.each(["with space", 'it\'s "quoted"', "new\nline", "-dash", "a:b", "$HOME;id"])(
    "is found in a repository at %j",
    async (name) => {
      const place = scratch();
      const id = makeRepository(`${place}/${name}`, { a: "1" });
      const given = ports({ temporary: `${place}/tmp ${name}` });
      const contents = await open(`${place}/${name}`, "main", given);
      expect(contents.revision).toBe(id);
      await contents.close();
      expect(left(given)).toEqual([]);
    },
  );

  it("is found in a bare repository, a linked work tree and a .git directory", async () => {
    const place = scratch();
    const id = makeRepository(`${place}/repo`, { a: "1" });
    git(place, "clone", "--quiet", "--bare", "repo", "bare.git");
    git(`${place}/repo`, "worktree", "add", "--quiet", "--detach", `${place}/linked`);
    for (const path of ["bare.git", "linked", "repo/.git"])
      expect(await open(`${place}/${path}`)).toMatchObject({ revision: id });
  });

  it("is told of when no remote has it", async () => {
    const place = scratch();
    makeRepository(`${place}/origin`, { a: "1" });
    git(place, "clone", "--quiet", "origin", "clone");
    expect((await open(`${place}/clone`)).warnings).toEqual([]);
    const id = commit(`${place}/clone`, { a: "2" });
    expect((await open(`${place}/clone`)).warnings).toEqual([
      `commit ${id.slice(0, 7)} is on no branch of a remote: nobody else has it until it is pushed`,
    ]);
  });

  it("comes with git's remark when its name means two things", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    git(repository, "tag", "main");
    expect((await open(repository)).warnings).toEqual([expect.stringContaining("'main' is ambiguous")]);
  });
});

describe("a build", () => {
  it("runs in the export, and what it makes is the tree", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { src: "source", ".deployignore": "src\n" });
    const build = (directory: string): Promise<void> => {
      expect(readdirSync(directory).toSorted()).toEqual([".deployignore", "src"]);
      writeFileSync(`${directory}/built`, `${readFileSync(`${directory}/src`, "utf8")} built`);
      return Promise.resolve();
    };
    const contents = await open(repository, "main", ports(), { build, exclude: ["*.map"] });
    expect(contents.tree).toEqual(treeOf(nodes({ built: file("source built") }), 1_600_000_001));
    expect(existsSync(`${repository}/built`)).toBe(false);
  });

  it("leaves nothing behind when it fails, not even what it made read-only", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    const given = ports();
    const broken = new Error("build failed");
    const build = (directory: string): Promise<void> => {
      mkdirSync(`${directory}/cache/mod`, { recursive: true });
      writeFileSync(`${directory}/cache/mod/x`, "");
      chmodSync(`${directory}/cache/mod`, 0o555);
      return Promise.reject(broken);
    };
    await expect(open(repository, "main", given, { build })).rejects.toBe(broken);
    expect(left(given)).toEqual([]);
  });

  it("is not waited for after an abort, and nothing is left", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    const controller = new AbortController();
    const given = ports({ signal: controller.signal });
    const reason = new Error("interrupted");
    const build = (): Promise<void> => {
      controller.abort(reason);
      return Promise.resolve();
    };
    await expect(open(repository, "main", given, { build })).rejects.toBe(reason);
    expect(left(given)).toEqual([]);
  });
});

describe("a temporary directory", () => {
  it("is private, and gone after close, however often", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    const given = ports();
    const contents = await open(repository, "main", given);
    expect(left(given)).toEqual([expect.stringMatching(new RegExp(`^symlink-helper-${process.pid}-`, "u"))]);
    expect(
      execFileSync("stat", ["-c", "%a", `${given.temporary}/${left(given)[0] ?? ""}`])
        .toString()
        .trim(),
    ).toBe("700");
    await contents.close();
    await contents.close();
    expect(left(given)).toEqual([]);
  });

  it("fails a read that comes after close", async () => {
    const repository = `${scratch()}/repo`;
    makeRepository(repository, { a: "1" });
    const contents = await open(repository);
    await contents.close();
    await expect(read(contents, "a")).rejects.toThrow("a vanished");
    rmSync(repository, { recursive: true });
  });
});
