import { HostFailure, type FailureKind } from "../errors.ts";
import type { HostProblem } from "../plan/facts.ts";
import type { Member } from "./member.ts";

/** All problems of one host as one failure: nothing has been changed. `user`: who we are there. */
export function preflightFailure(member: Member, problems: readonly HostProblem[], user = member.facts?.user): HostFailure {
  const kind: FailureKind = problems.every(({ code }) => code === "no-space") ? "disk-full" : "preflight";
  const [first] = problems;
  const message =
    problems.length === 1 && first !== undefined
      ? `${first.text}.`.replace(/\.\.$/, ".")
      : `${problems.length} things are in the way:\n${problems.map(({ text }) => `  - ${text}`).join("\n")}`;
  const remedies = [...new Set(problems.flatMap((problem) => remedyOf(problem, member, user).split("\n")))];
  // A full disk has a remedy of its own (remedies.ts), whoever finds it full.
  return new HostFailure({
    host: member.name,
    kind,
    message,
    remedy: kind === "disk-full" ? "" : remedies.toSorted(lastWays).join("\n"),
  });
}

/** Behind what to do about each comes what to do instead. */
function lastWays(one: string, other: string): number {
  return Number(one.startsWith("Or ")) - Number(other.startsWith("Or "));
}

/** What to type or to do about one of them. `user`: who we are there. */
export function remedyOf({ code, text }: HostProblem, member: Member, user = "USER"): string {
  const { root, layout } = member.host;
  const current = `${root}/${layout.current}`;
  switch (code) {
    case "current-not-a-link":
      return `Look at it and move it away, for example: mv ${word(current)} ${word(`${current}.before`)}`;
    case "not-a-directory":
      return "Move away what is no directory, or correct `root` and `layout` in the configuration.";
    case "no-permission":
      return `An app root has one deploy user. For a new one: sudo install -d -o ${user} ${word(root)}. Where it belongs to another: deploy as that one, or give it all to yours: sudo chown -R ${user} ${word(root)} (shared/ too: see that the application may still write there)`;
    case "ledger-not-ours":
      return `An app root has one deploy user. If that is ${user}: sudo chown ${user} ${word(`${root}/.symlink-helper/ledger.jsonl`)} && sudo chmod u+rw ${word(`${root}/.symlink-helper/ledger.jsonl`)}. If not: deploy as the one it belongs to.`;
    case "read-only":
      return "Mount it writable (after a disk error the kernel mounts it read-only: look at dmesg), or take the attribute away (chattr -i).";
    case "shared-missing":
      return putShared(text, member);
    case "ledger-not-a-file":
    case "shared-wrong-kind":
    case "shared-dangling":
      return "Move it away, or correct `shared` in the configuration.";
    case "shared-conflict":
      return "Remove one of the two: the tracked file or the shared entry.";
    case "writable-conflict":
      return "Take it out of `permissions.writable`, or make it a directory of the tree.";
    case "reuse-key":
      return "Track the file (and let `exclude` leave it alone), or name another under `key`.";
    case "reuse-in-tree":
      return "Exclude it from what is deployed (`exclude`), or take it out of `reuse`.";
    case "no-space":
      return `Free some space there. df -h and df -i tell how much is left.`;
    case "check-tool":
      return "Install one of these on the host. Or let a `command` of yours check it; without a check success says no more than that the link was switched.";
    case "sudo":
      return `The deploy user needs a rule on the host (visudo), such as: ${user} ALL=(ALL) NOPASSWD: /bin/sh`;
    case "killed-at-logout":
      return `Except the user (KillExcludeUsers=root ${user} in /etc/systemd/logind.conf, then: sudo systemctl restart systemd-logind), or do without: \`confirm: keep\`.`;
    case "tool-missing":
      return "Install it on the host.";
    default:
      return "Put it right and try again.";
  }
}

/** What the host says begins with the path. */
function putShared(text: string, { host, commands }: Member): string {
  const { root, layout, shared } = host;
  const entry = shared.find(({ path }) => text.startsWith(`${root}/${layout.shared}/${path} `));
  const without = "Or say what to do without it: `whenMissing: seed`, `create` or `skip`.";
  if (entry === undefined || entry.kind === "dir") return `Make it on the host. ${without}`;
  return `To put it there: ${commands("shared put", entry.path, "--from", "FILE")}\n${without}`;
}

/** As a shell takes it literally: people paste what they are told to type. */
function word(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
