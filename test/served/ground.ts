import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "vitest";
import type { Fleet, FleetHost } from "../hosts/fleet.ts";
import { canRunFleet, findProgram } from "../hosts/machine.ts";

/** Where the servers of one host have their files. They run there as processes of that host, and go with it. */
export interface Ground {
  readonly host: FleetHost;
  /** App root, as the host sees it. */
  readonly appRoot: string;
  /** The directory, as the host sees it. */
  readonly directory: string;
  /** Writes a file there; its path on the host. */
  write(name: string, text: string, mode?: number): string;
  /** Runs a shell script on the host that has to succeed. */
  must(script: string, ...args: string[]): Promise<string>;
  /** What the servers logged. */
  logs(): string;
}

export function layGround(fleet: Fleet, host: FleetHost): Ground {
  const directory = join(dirname(fleet.appRoot), "served");
  const outside = join(host.files, "root", "served");
  mkdirSync(outside, { recursive: true });
  return {
    host,
    appRoot: fleet.appRoot,
    directory,
    write(name, text, mode = 0o644) {
      mkdirSync(dirname(join(outside, name)), { recursive: true });
      writeFileSync(join(outside, name), text, { mode });
      return join(directory, name);
    },
    async must(script, ...args) {
      const { code, stdout, stderr } = await host.exec(script, ...args);
      if (code !== 0) throw new Error(`${script} on ${host.name} ended with ${code}: ${stdout}${stderr}\n${this.logs()}`);
      return stdout;
    },
    logs: () =>
      readdirSync(outside)
        .filter((name) => name.endsWith(".log"))
        .map((name) => `${host.name} ${name}:\n${readFileSync(join(outside, name), "utf8").slice(-2000)}`)
        .join("\n"),
  };
}

/** Debian's name of it has the version in it. */
export function findPhpFpm(): string | undefined {
  const versioned = readdirSync("/usr/sbin").find((name) => /^php-fpm\d/u.test(name));
  return findProgram("php-fpm") ?? (versioned === undefined ? undefined : join("/usr/sbin", versioned));
}

/** What a test cannot do without. */
export type Program = "nginx" | "php-fpm";

/** A test of something served; skipped, with the reason, where hosts or programs cannot be had. */
export function testServed(title: string, programs: readonly Program[], body: () => Promise<void>): void {
  test(title, { timeout: 900_000 }, async ({ skip }) => {
    const ability = canRunFleet();
    if (!ability.ok) return skip(ability.reason);
    const missing = programs.find((program) => (program === "nginx" ? findProgram("nginx") : findPhpFpm()) === undefined);
    if (missing !== undefined) return skip(`there is no ${missing} here`);
    return body();
  });
}
