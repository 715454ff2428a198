import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mustRun, runCommand } from "./command.ts";
import type { FleetHost } from "./fleet-host.ts";
import type { FleetOptions } from "./options.ts";
import type { Place } from "./place.ts";

/** Writes all that `boot.sh` and sshd need for one host. */
export async function writeHostFiles(place: Place, host: FleetHost, options: FleetOptions): Promise<void> {
  const { files } = host;
  await mkdir(files);
  await Promise.all([
    writeRoot(join(files, "root"), options),
    writeHome(join(files, "home"), options.home ?? "empty"),
    writeAccounts(files, options.loginShell),
    writeSshdConfig(place, host, options),
    writeFile(join(files, "log"), ""),
    mustRun(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(files, "host_key")]),
  ]);
}

async function writeRoot(root: string, { rootFilesystem, sizeMb, inodes }: FleetOptions): Promise<void> {
  await mkdir(root);
  if (rootFilesystem === "tmpfs" || sizeMb !== undefined || inodes !== undefined) {
    const limits = [sizeMb && `size=${sizeMb}m`, inodes && `nr_inodes=${inodes}`, "mode=755"].filter(Boolean);
    // Mounted out here first: a mount made on the host would be seen only there.
    await mustRun(["mount", "-t", "tmpfs", "-o", limits.join(","), "tmpfs", root]);
  }
  await mkdir(join(root, "app"));
}

async function writeHome(home: string, files: NonNullable<FleetOptions["home"]>): Promise<void> {
  await mkdir(home, { mode: 0o700 });
  if (files === "empty") return;
  await Promise.all(Object.entries(files).map(async ([name, content]) => writeFile(join(home, name), content)));
}

/** Root's entry: another login shell, and no locked account, which some machines have and sshd refuses. */
async function writeAccounts(files: string, loginShell: string | undefined): Promise<void> {
  const passwd = await readFile("/etc/passwd", "utf8");
  const shadow = await readFile("/etc/shadow", "utf8");
  const withShell = passwd.replace(
    /^(root:.*:)([^:\n]*)$/m,
    (_, before: string, shell: string) => before + (loginShell ?? shell),
  );
  await writeFile(join(files, "passwd"), withShell);
  await writeFile(join(files, "shadow"), shadow.replace(/^root:.*$/m, "root:*:19000:0:99999:7:::"), { mode: 0o600 });
}

/**
 * What OpenSSH agrees on by default since 9.0 resists quantum computers and takes both sides together a quarter of a second of a
 * processor for each connection (9.2 on this kind of machine): most of what thousands of connections on loopback cost. How keys are agreed
 * on changes nothing that is told here.
 */
const CHEAP = ["KexAlgorithms curve25519-sha256"];

async function writeSshdConfig(place: Place, { files, address, port }: FleetHost, options: FleetOptions): Promise<void> {
  const lines = [
    ...Object.entries(options.sshdOptions ?? {}).map(([name, value]) => `${name} ${value}`),
    `ListenAddress ${address}:${port}`,
    `HostKey ${join(files, "host_key")}`,
    `AuthorizedKeysFile ${join(place.directory, "client_key.pub")}`,
    "UsePAM no",
    "StrictModes no",
    "UseDNS no",
    "PasswordAuthentication no",
    ...CHEAP,
    "MaxStartups 1000",
    "PidFile none",
    "LogLevel VERBOSE",
    ...(await withoutPenalties()),
  ];
  await writeFile(join(files, "sshd_config"), `${lines.join("\n")}\n`);
}

/** OpenSSH since 9.8 shuts out addresses with broken connections, of which tests make many from one address. */
async function withoutPenalties(): Promise<string[]> {
  const { stderr } = await runCommand(["ssh", "-V"]);
  const [, major = 0, minor = 0] = (/OpenSSH_(\d+)\.(\d+)/.exec(stderr) ?? []).map(Number);
  return major > 9 || (major === 9 && minor >= 8) ? ["PerSourcePenalties no"] : [];
}
