import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/files.mjs";
import { findHosts, loadConfig } from "../../src/config/load.ts";
import { renderDiagnostics } from "../../src/config/render.ts";

export const fixture = (name: string): string => join(root, "test/config/fixtures", name);

/** What ansible-inventory of core 2.14.18 printed for inventory.yml, and a program that prints it, with what else it does. */
export const RECORDED: string = readFileSync(fixture("ansible-inventory.json"), "utf8");

interface Limits {
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly settings?: string;
}

export interface Named {
  /** Name, address and roles of each host. */
  readonly named: readonly (readonly [string, string, string])[];
  readonly loaded: Extract<Awaited<ReturnType<typeof loadConfig>>, { ok: true }>;
  readonly warnings: string;
}

/** A directory with a configuration whose hosts a program names. */
export class InventoryPlace {
  readonly directory: string = mkdtempSync(join(tmpdir(), "slh-inventory-"));
  readonly file: string = join(this.directory, "symlink-helper.yaml");

  constructor() {
    mkdirSync(join(this.directory, "bin"));
    copyFileSync(fixture("inventory.yml"), join(this.directory, "inventory.yml"));
    writeFileSync(join(this.directory, "printed.json"), RECORDED);
    this.ansible('[ "$1 $2" = "--list -i" ] && [ -f "$3" ] && pwd >asked && cat printed.json');
  }

  /** Puts a stand-in for the real program there. */
  ansible(script: string): void {
    const path = join(this.directory, "bin/ansible-inventory");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  /** Loads a configuration with those `hosts`. A text: what is wrong with it. */
  async load(hosts: string, { settings = "", ...limits }: Limits = {}): Promise<string | Named> {
    const { directory, file } = this;
    writeFileSync(file, `app: shop\nroot: /srv/shop\n${settings}environments:\n  production:\n    hosts: ${hosts}\n`);
    const env = { PATH: `${directory}/bin:/usr/bin:/bin`, NAMES: "web1 web2" };
    const loaded = await loadConfig({ file, ask: (request) => findHosts(request, { env, ...limits }) });
    if (!loaded.ok) return renderDiagnostics(loaded.diagnostics).replaceAll(directory, "DIR");
    const named = loaded.config.hosts.map(({ name, address, roles }): Named["named"][number] => [
      name,
      address.kind === "local" ? "local" : [address.user, address.host, address.port].join("|"),
      roles.join(" "),
    ]);
    return { named, loaded, warnings: renderDiagnostics(loaded.warnings) };
  }

  async named(hosts: string): Promise<unknown> {
    const loaded = await this.load(hosts);
    return typeof loaded === "string" ? loaded : loaded.named;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
