import { expect, test } from "vitest";
import { contentOf } from "../../house/files.ts";

const step = contentOf("vars/symlinkHelper.groovy");

test("the help of the step explains every option that it takes, and no other", () => {
  const taken = [...(/Map with = \[\n([^]*?)\n {4}\]/u.exec(step)?.[1] ?? "").matchAll(/^ +(\w+):/gmu)].map(
    ([, name = ""]) => name,
  );
  const explained = contentOf("vars/symlinkHelper.txt").matchAll(/^<li>(.*?):/gmu);
  const named = [...explained].flatMap(([, head = ""]) =>
    [...head.matchAll(/<code>(\w+)<\/code>/gu)].map(([, name = ""]) => name),
  );
  expect(taken.length).toBeGreaterThan(10);
  expect([...named, "program"].toSorted()).toEqual(taken.toSorted());
});

test("the step takes the version that it belongs to", () => {
  const { version } = JSON.parse(contentOf("package.json"));
  expect(step).toContain(`version: '${version}',`);
  expect(contentOf("integrations/jenkins/Jenkinsfile")).toContain(`@v${version}'`);
});

test("no text of a shell is put together in Groovy, and no key is taken at first sight", () => {
  expect(step.match(/script: .*/gu)).toEqual(["script: libraryResource('symlink-helper/run.sh'),"]);
  expect(step).not.toMatch(/"[^"\n]*\$/u);
  expect(contentOf("resources/symlink-helper/run.sh")).not.toMatch(/^[^'"]*ssh-keyscan|accept-new|StrictHostKeyChecking/mu);
});

test.each(["integrations/jenkins/Jenkinsfile", "docs/walkthrough/shop/Jenkinsfile"])(
  "%s: a build that asks somebody keeps no other from going back, and the step has its locks",
  (file) => {
    expect(contentOf(file)).not.toContain("disableConcurrentBuilds");
    expect(contentOf(file)).not.toMatch(/\block:/u);
  },
);

test("in the example production gets the commit that staging got", () => {
  expect(contentOf("integrations/jenkins/Jenkinsfile")).toMatch(
    /revision = staged\.revision[^]*options: \['--ref=' \+ revision\]/u,
  );
});
