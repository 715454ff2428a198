import { expect, test } from "vitest";
import { defineConfig } from "../../src/config/define.ts";

// That these lines compile, and that those with a mistake do not, is what the types promise.
const environments = { p: { hosts: ["web1", { host: "web2", roles: ["web"] }] } };

test("it gives back what it is given: an object, a function, an async function", async () => {
  const config = { app: "shop", root: "/r", environments };
  expect(defineConfig(config)).toBe(config);
  expect(defineConfig(({ env }) => ({ ...config, root: env["ROOT"] ?? "/r" }))({ env: { ROOT: "/s" } })).toMatchObject({
    root: "/s",
  });
  expect(await defineConfig(async () => Promise.resolve(config))({ env: {} })).toBe(config);
});

test("mistakes do not compile", () => {
  const wrong = [
    // @ts-expect-error -- no environments
    defineConfig({ app: "shop" }),
    // @ts-expect-error -- a misspelt word
    defineConfig({ confirm: "retrun", environments }),
    // @ts-expect-error -- a place that is none
    defineConfig({ tasks: { prepare: { run: "ls", in: "shared" } }, environments }),
    // @ts-expect-error -- a rule that is none
    defineConfig({ shared: { files: [{ path: ".env", whenMissing: "ignore" }] }, environments }),
    // @ts-expect-error -- a number of the wrong kind
    defineConfig({ keep: "5", environments }),
    defineConfig({ tasks: { prepare: { run: "ls", on: "web", in: "root" } }, durability: "best-effort", environments }),
  ];
  expect(wrong).toHaveLength(6);
});
