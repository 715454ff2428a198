import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { narrowTo } from "../../src/config/choose-hosts.ts";
import { withSshConfig } from "../../src/config/ssh-config.ts";
import { allHosts } from "../../src/config/all-hosts.ts";
import { loadConfig, type ResolvedConfig } from "../../src/index.ts";

const TEXT = `
app: shop
root: /srv/shop
source: { directory: . }
ssh: { config: own_config, options: { Compression: yes } }
environments: { production: { hosts: [local, web1, { host: web2, ssh: { config: other } }] } }
`;

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "slh-ssh-config-"));
  writeFileSync(join(directory, "symlink-helper.yaml"), TEXT);
});
afterAll(() => rmSync(directory, { recursive: true }));

const files = (config: ResolvedConfig): readonly unknown[] =>
  allHosts(config).map(({ address }) => (address.kind === "ssh" ? address.configFile : "local"));

const load = async (env: Record<string, string>): Promise<ResolvedConfig> => (await loadConfig({ directory, env })).config;

test("SLH_SSH_CONFIG takes the place of every ssh.config; options stay, and local is local", async () => {
  expect(files(await load({}))).toEqual(["local", join(directory, "own_config"), join(directory, "other")]);
  const config = await load({ SLH_SSH_CONFIG: "/run/job/ssh_config" });
  expect(files(config)).toEqual(["local", "/run/job/ssh_config", "/run/job/ssh_config"]);
  expect(config.hosts[1]?.address).toMatchObject({ options: { Compression: "yes" } });
});

test("relative, it starts where the command line does; empty, it is as if it were not set", async () => {
  expect(files(await load({ SLH_SSH_CONFIG: "job/config" }))[1]).toBe(join(directory, "job/config"));
  expect(files(await load({ SLH_SSH_CONFIG: "" }))[1]).toBe(join(directory, "own_config"));
});

test("hosts that a command leaves out have it too: they may lend", async () => {
  const narrowed = narrowTo(await load({}), { hosts: ["web2"] });
  expect(files(withSshConfig(narrowed, { SLH_SSH_CONFIG: "/x" }, "/"))).toEqual(["local", "/x", "/x"]);
});
