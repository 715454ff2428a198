import { expect, test } from "vitest";
import { problems, resolved } from "./support.ts";

const TWO =
  "app: a\nroot: /r\nenvironments:\n  local: { hosts: [local] }\n  production: { hosts: [web1], source: { directory: dist } }\n";
const ONE = "app: a\nroot: /r\nenvironments: { production: { hosts: [web1] } }\n";

test("the only environment need not be named", () => {
  expect(resolved(ONE).environment).toBe("production");
  expect(resolved(ONE, { environment: "production" }).environment).toBe("production");
});

test.each([
  [TWO, {}, "3:1 <environments> There are 2 environments, so one has to be named | Environments: local, production."],
  [
    TWO,
    { environment: "prodction" },
    '3:1 <environments> There is no environment "prodction" | Did you mean `production`? Environments: local, production.',
  ],
  [TWO, { environment: "x" }, '3:1 <environments> There is no environment "x" | Environments: local, production.'],
  [ONE, { environment: "x" }, '3:1 <environments> There is no environment "x" | Environments: production.'],
  [ONE, { environment: "\u001B[31m" }, '3:1 <environments> There is no environment "\\u001b[31m" | Environments: production.'],
  [
    ONE,
    { environment: "hasOwnProperty" },
    '3:1 <environments> There is no environment "hasOwnProperty" | Environments: production.',
  ],
  [
    TWO,
    { environment: "production", ref: "v1" },
    '5:53 <dist> `--ref` chooses a commit of a git source, but the source of "production" is a directory | Leave out `--ref`.',
  ],
  [ONE, { ref: "-x" }, "0:0 `--ref` must not begin with `-`: git would take it for an option"],
  [ONE, { ref: "" }, "0:0 `--ref` must be a branch, tag or commit"],
])("%j with %j", (text, options, expected) => {
  expect(problems(text, options)).toEqual([expected]);
});

test("another ref takes the place of the configured one", () => {
  expect(resolved(TWO, { environment: "local", ref: "v1" }).source).toEqual({
    kind: "git",
    repository: "/home/ann/shop",
    ref: "v1",
  });
});
