import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inputs } from "./inputs.ts";
import { openSsh } from "./openssh.ts";
import { Refusal } from "./refusal.ts";
import type { SshFiles } from "./ssh-config.ts";

/** Writes what the step gave for ssh into the private directory. Throws where the key is of no use. */
export function writeSshFiles(directory: string, { sshPrivateKey, knownHosts, sshConfig }: Inputs): SshFiles {
  const key = write(directory, "key", sshPrivateKey);
  if (key !== null) checkKey(key);
  return { key, knownHosts: write(directory, "known_hosts", knownHosts), own: write(directory, "own_ssh_config", sshConfig) };
}

/** For nobody else; with the line ends that OpenSSH wants, and one at the end, which secrets lose on their way. */
export function write(directory: string, name: string, text: string): string | null {
  if (text.trim() === "") return null;
  const path = join(directory, name);
  writeFileSync(path, `${text.replaceAll(/\r\n?/gu, "\n").trim()}\n`, { mode: 0o600, flag: "wx" });
  return path;
}

/** Whether it can be used without a question. What ssh-keygen says of it is not shown: it is about a secret. */
function checkKey(path: string): void {
  const { status, error, stderr } = openSsh("ssh-keygen", ["-y", "-P", "", "-f", path]);
  if (error !== undefined)
    throw new Refusal(
      "No OpenSSH",
      "There is no ssh-keygen on this runner.",
      "Install the OpenSSH client (Debian: openssh-client).",
    );
  if (status === 0) return;
  if (/passphrase/iu.test(stderr))
    throw new Refusal(
      "Private key",
      "The private key has a passphrase, and a job has nobody who could type it.",
      "Make a key for this purpose alone, without one (ssh-keygen -t ed25519 -N '' -C deploy -f deploy_key), let it into the hosts, and keep it as a secret of the environment.",
    );
  throw new Refusal(
    "Private key",
    "`ssh-private-key` holds no private key that OpenSSH can read.",
    "It must be the whole file, from -----BEGIN to -----END, with its line breaks: gh secret set SSH_PRIVATE_KEY --env production < deploy_key",
  );
}
