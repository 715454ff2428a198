import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loginArguments } from "../../src/host/login.ts";
import { runCommand } from "../hosts/command.ts";
import { findProgram } from "../hosts/machine.ts";

const scratch = mkdtempSync(join(tmpdir(), "slh-login-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const says = join(scratch, "says");
writeFileSync(says, '#!/bin/sh\nprintf %s "$(/bin/pwd -P; echo x)" | head -c -2\nprintf "|%s" "$@"\n');
chmodSync(says, 0o755);

const address = {
  kind: "ssh",
  host: "web1",
  user: "deploy",
  port: 2222,
  configFile: "/a b/config",
  options: { Compression: "yes" },
} as const;

test("ssh is told where to go as a deploy tells it, with a terminal, and host keys are as strict", () => {
  const words = loginArguments(address, "/srv/shop/current").slice(0, -1);
  expect(words.slice(0, 3)).toEqual(["-F", "/a b/config", "-t"]);
  expect(words).toContain("StrictHostKeyChecking=yes");
  expect(words).toContain("Compression=yes");
  expect(words.slice(-6)).toEqual(["-l", "deploy", "-p", "2222", "--", "web1"]);
  expect(words.join(" ")).not.toMatch(/BatchMode|RequestTTY/);
});

/** Names that shells would trip over. */
const NAMES = ["plain", "a b", "it's", 'say "hi"', "$HOME `id`", "back\\slash", "new\nline", "end\n", "ümlaut", "!bang", "%s"];
const SHELLS = ["dash", "bash", "mksh", "busybox", "fish", "csh", "tcsh", "zsh"].flatMap((name) => findProgram(name) ?? []);

test.each(SHELLS)("P10: a path of any bytes arrives literally, whatever the login shell: %s", async (shell) => {
  const words = shell.endsWith("busybox") ? [shell, "sh", "-c"] : [shell, "-c"];
  for (const name of NAMES) {
    const root = join(scratch, name);
    mkdirSync(join(root, "releases/A"), { recursive: true });
    symlinkSync("releases/A", join(root, "current"));
    const seen = async (directory: string): Promise<string> => {
      const command = loginArguments(address, directory).at(-1) ?? "";
      // In the place of the user's shell: a program that says where it was started.
      const env = { SHELL: says, PATH: process.env["PATH"] ?? "", HOME: scratch };
      return (await runCommand([...words, command], { env })).stdout;
    };
    expect([name, await seen(`${root}/current`)]).toEqual([name, `${realpathSync(join(root, "releases/A"))}|-l`]);
    expect([name, await seen(`${root}/.`)]).toEqual([name, `${realpathSync(root)}|-l`]);
    expect([name, await seen(`${root}/gone`)]).toEqual([name, `${realpathSync(root)}|-l`]);
    rmSync(root, { recursive: true });
  }
});
