/** Files of this job that ssh is to use; null where the step gave none. */
export interface SshFiles {
  readonly key: string | null;
  readonly knownHosts: string | null;
  /** The text of the input `ssh-config`, as a file. */
  readonly own: string | null;
}

/** A host as ssh is called for it, and the ssh_config that the configuration names for it; null: the user's own. */
export interface Reached {
  readonly host: string;
  readonly configFile: string | null;
}

/**
 * The ssh_config of this job. ssh keeps the first value it sees: ours come first, then those of the step, then those that hold without us. A file
 * rather than options, since ssh hands it on to the jump hosts.
 */
export function sshConfigText({ key, knownHosts, own }: SshFiles, hosts: readonly Reached[]): string {
  return [
    "# Of one step of a CI job, and removed with it.",
    ...(key === null ? [] : [`IdentityFile ${quoted(key)}`, "IdentitiesOnly yes"]),
    ...(knownHosts === null ? [] : [`UserKnownHostsFile ${quoted(knownHosts)}`, "GlobalKnownHostsFile /dev/null"]),
    "StrictHostKeyChecking yes",
    "BatchMode yes",
    ...(own === null ? [] : [included(own)]),
    ...others(hosts),
    "",
  ].join("\n");
}

/** Hosts have a file of their own, or share one: then jump hosts are looked up in it, too. */
function others(hosts: readonly Reached[]): readonly string[] {
  const files = [...new Set(hosts.map(({ configFile }) => configFile))];
  if (files.length <= 1) return files[0] === undefined || files[0] === null ? USUAL : [included(files[0])];
  const sections = files.flatMap((file) => {
    const names = hosts.filter((host) => host.configFile === file).map(({ host }) => host);
    return [`Host ${names.join(" ")}`, ...(file === null ? USUAL : [included(file)]).map(indented)];
  });
  const named = hosts.map(({ host }) => `!${host}`).join(" ");
  const all = files.flatMap((file) => (file === null ? [] : [included(file)]));
  return [...sections, `Host * ${named}`, ...[...all, ...USUAL].map(indented)];
}

/** What ssh reads where it is told no file. */
const USUAL = ["Include ~/.ssh/config", "Include /etc/ssh/ssh_config"];

function included(path: string): string {
  return `Include "${path}"`;
}

/** `%` begins what ssh puts in. */
function quoted(path: string): string {
  return `"${path.replaceAll("%", "%%")}"`;
}

function indented(line: string): string {
  return `  ${line}`;
}
