import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import type { TreeContents } from "../../../src/tree/entry.ts";
import { publicUrl } from "../../../src/tree/git/clone.ts";
import { openSource } from "../../../src/tree/source.ts";
import type { SourcePorts } from "../../../src/tree/source.ts";
import { scratch } from "../support.ts";
import { commit, git, makeRepository, ports } from "./support.ts";

function open(repository: string, ref: string, given: SourcePorts): Promise<TreeContents> {
  return openSource({ kind: "git", repository, ref, exclude: [] }, given);
}

function mirrors({ cache }: SourcePorts): string[] {
  return existsSync(`${cache}/git`) ? readdirSync(`${cache}/git`) : [];
}

describe("a repository that is elsewhere", () => {
  it("is got anew for every deploy, and leaves one mirror", async () => {
    const place = scratch();
    const first = makeRepository(`${place}/origin`, { a: "1" });
    const given = ports();
    expect(await open(`file://${place}/origin`, "main", given)).toMatchObject({
      revision: first,
      warnings: [],
      label: `main (${first.slice(0, 7)})`,
    });
    const second = commit(`${place}/origin`, { a: "2" });
    expect(await open(`file://${place}/origin`, "main", given)).toMatchObject({ revision: second });
    git(`${place}/origin`, "reset", "--quiet", "--hard", first);
    expect(await open(`file://${place}/origin`, "main", given)).toMatchObject({ revision: first });
    expect(mirrors(given)).toHaveLength(1);
  });

  it("takes from the mirror what it has", async () => {
    const place = scratch();
    makeRepository(`${place}/origin`, { a: "1" });
    const given = ports();
    await open(`file://${place}/origin`, "main", given);
    const contents = await open(`file://${place}/origin`, "main", given);
    const [temporary] = readdirSync(given.temporary).filter(
      (name) => !git(`${given.temporary}/${name}/repository.git`, "count-objects", "-v").includes("in-pack: 3"),
    );
    expect(git(`${given.temporary}/${temporary ?? ""}/repository.git`, "count-objects", "-v")).toMatch(
      /count: 0\n(?:.*\n)*in-pack: 0\n/u,
    );
    await contents.close();
  });

  it("is found by branch, tag, commit, HEAD, or a ref of its own", async () => {
    const place = scratch();
    const id = makeRepository(`${place}/origin`, { a: "1" });
    git(`${place}/origin`, "tag", "v1");
    git(`${place}/origin`, "checkout", "--quiet", "-b", "topic");
    const hidden = commit(`${place}/origin`, { a: "2" });
    git(`${place}/origin`, "update-ref", "refs/pull/7/head", hidden);
    git(`${place}/origin`, "checkout", "--quiet", "main");
    git(`${place}/origin`, "branch", "--quiet", "--delete", "--force", "topic");
    const given = ports();
    for (const ref of ["main", "v1", id, id.slice(0, 12), "HEAD"]) {
      expect(await open(`file://${place}/origin`, ref, given)).toMatchObject({ revision: id });
    }
    for (const ref of ["refs/pull/7/head", hidden]) {
      expect(await open(`file://${place}/origin`, ref, given)).toMatchObject({ revision: hidden });
    }
  });

  it("says what was meant by an unknown ref", async () => {
    const place = scratch();
    makeRepository(`${place}/origin`, { a: "1" });
    await expect(open(`file://${place}/origin`, "origin/main", ports())).rejects.toThrow("Did you mean main?");
  });

  it("is no worse for a mirror that is broken, or a cache that cannot be written", async () => {
    const place = scratch();
    const id = makeRepository(`${place}/origin`, { a: "1" });
    const given = ports();
    await open(`file://${place}/origin`, "main", given);
    const mirror = `${given.cache}/git/${mirrors(given)[0] ?? ""}`;
    rmSync(`${mirror}/objects`, { recursive: true });
    expect(await open(`file://${place}/origin`, "main", given)).toMatchObject({ revision: id });
    writeFileSync(`${place}/cache`, "");
    expect(await open(`file://${place}/origin`, "main", { ...given, cache: `${place}/cache` })).toMatchObject({ revision: id });
  });

  it("is no worse for a mirror that somebody locked for ever", async () => {
    const place = scratch();
    makeRepository(`${place}/origin`, { a: "1" });
    const given = ports();
    await open(`file://${place}/origin`, "main", given);
    const mirror = `${given.cache}/git/${mirrors(given)[0] ?? ""}`;
    mkdirSync(`${mirror}/refs/heads`, { recursive: true });
    writeFileSync(`${mirror}/refs/heads/main.lock`, "");
    writeFileSync(`${mirror}/packed-refs.lock`, "");
    const id = commit(`${place}/origin`, { a: "2" });
    expect(await open(`file://${place}/origin`, "main", given)).toMatchObject({ revision: id });
  });

  it("can be got by many at once", async () => {
    const place = scratch();
    makeRepository(`${place}/origin`, { a: "1" });
    const given = ports();
    for (let round = 0; round < 3; round += 1) {
      const id = commit(`${place}/origin`, { a: `round ${round}` });
      const all = await Promise.all(Array.from({ length: 6 }, () => open(`file://${place}/origin`, "main", given)));
      expect(new Set(all.map(({ revision }) => revision))).toEqual(new Set([id]));
      await Promise.all(all.map((contents) => contents.close()));
    }
    expect(readdirSync(given.temporary)).toEqual([]);
    expect(mirrors(given)).toHaveLength(1);
  });

  it("that cannot be reached is told with git's reason, without the password", async () => {
    const opening = open("https://ann:s3cret@127.0.0.1:1/shop.git", "main", ports());
    const error = await opening.then(
      () => null,
      (reason: unknown) => reason as Error & { remedy: string; output: string[] },
    );
    expect(error).toMatchObject({
      name: "UserError",
      kind: "source",
      remedy: "See what git says to: git ls-remote https://127.0.0.1:1/shop.git",
    });
    expect(error?.message).toMatch(/^git could not get https:\/\/127\.0\.0\.1:1\/shop\.git: fatal: /u);
    expect(JSON.stringify([error?.message, error?.output, error?.remedy])).not.toContain("s3cret");
  });

  it("is told without the password where git itself would tell it", async () => {
    const place = scratch();
    const script =
      '#!/bin/sh\necho "fatal: https://ann:s3cret@example.org/a.git says no (ann:s3cret@example.org)" >&2\nexit 128\n';
    writeFileSync(`${place}/git`, script, { mode: 0o755 });
    const opening = open("https://ann:s3cret@example.org/a.git", "main", ports({ env: { PATH: place } }));
    await expect(opening).rejects.toMatchObject({ output: ["fatal: https://example.org/a.git says no (example.org)"] });
  });

  it("cannot be an option of git", async () => {
    const place = scratch();
    await expect(open(`--upload-pack=touch ${place}/owned`, "main", ports())).rejects.toMatchObject({ name: "UserError" });
    expect(existsSync(`${place}/owned`)).toBe(false);
  });
});

test.each([
  ["https://token@example.org/a.git", "https://example.org/a.git"],
  ["https://ann:pw@example.org/a@b.git", "https://example.org/a@b.git"],
  ["https://ann:p@w@example.org/a.git", "https://example.org/a.git"],
  ["ssh://git@example.org:22/a.git", "ssh://git@example.org:22/a.git"],
  ["ssh://git:pw@example.org/a.git", "ssh://git@example.org/a.git"],
  ["git@example.org:a.git", "git@example.org:a.git"],
  ["file:///srv/a@b.git", "file:///srv/a@b.git"],
])("%s is told as %s", (url, shown) => {
  expect(publicUrl(url)).toBe(shown);
});
