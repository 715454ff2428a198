import { expect, test } from "vitest";
import { contentOf, repositoryFiles } from "./files.ts";

test("no file names a path of the machine it was written on", () => {
  const machine = /(?<![\w.-])\/(work|tmp\/team)\//;
  expect(machine.test(["cd ", "work", "main"].join("/"))).toBe(true);
  expect(machine.test(["see ", "tmp", "team", "x"].join("/"))).toBe(true);
  expect(machine.test("demo/work/")).toBe(false);
  expect(repositoryFiles().filter((file) => machine.test(contentOf(file)))).toEqual([]);
});

test("no lockfile says where its packages were fetched", () => {
  const lockfiles = repositoryFiles().filter((file) => file.endsWith("package-lock.json"));
  expect(lockfiles.length).toBeGreaterThanOrEqual(4);
  expect(lockfiles.filter((file) => contentOf(file).includes('"resolved"'))).toEqual([]);
});

// npm leaves out of a lockfile what a registry could not give it, without a word; `npm ci` then refuses that lockfile.
test("the lockfile is complete: it has every optional package of every machine", () => {
  const packages: Record<string, { optionalDependencies?: object }> = JSON.parse(contentOf("package-lock.json")).packages;
  const present = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, "")));
  const wanted = Object.values(packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}));
  expect(wanted.length).toBeGreaterThan(20);
  expect(wanted.filter((name) => !present.has(name))).toEqual([]);
});

test("every dependency is pinned to one version", () => {
  const manifests = repositoryFiles().filter((file) => /^(package|test\/runtimes\/\d+\/package)\.json$/.test(file));
  const versions = manifests.flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(contentOf(file));
    return Object.entries<string>({ ...dependencies, ...devDependencies, ...optionalDependencies });
  });
  expect(versions.length).toBeGreaterThan(10);
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
