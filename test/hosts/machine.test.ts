import { mkdtempSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommand } from "./command.ts";
import { busyboxPath, shells, withBusyboxPath } from "./machine.ts";

test.each(shells())("$name runs a script", async ({ argv }) => {
  expect(await runCommand([...argv, "-c", 'printf %s "$1"', "sh", "a b"])).toEqual({ code: 0, stdout: "a b", stderr: "" });
});

test("at least one shell is found", () => {
  expect(shells().length).toBeGreaterThan(0);
});

test.skipIf(busyboxPath() === undefined)("a directory of BusyBox programs is enough as PATH", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "machine-test-"));
  const path = withBusyboxPath(join(scratch, "bin"));
  const script = `readlink -f "$(command -v sed)"; printf 'a\\n' | sed s/a/b/`;
  const result = await runCommand([join(path, "sh"), "-c", script], { env: { PATH: path } });
  expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(/busybox\nb\n$/) as string });
  expect(readlinkSync(join(path, "mv"))).toBe(busyboxPath());
  rmSync(scratch, { recursive: true });
});
