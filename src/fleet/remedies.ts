import type { Commands } from "../report/command-line.ts";

/** The next command to type for failures that a host itself tells: it knows what happened, not what a person would do about it. */
export function remedyFor(kind: string, commands: Commands): string {
  switch (kind) {
    case "disk-full":
      return `Free some space there (df -h and df -i tell how much is left), for example with: ${commands("prune", "--keep", "1")}`;
    case "fenced":
      return `What this run left is cleared away by the next one. See who was at work: ${commands("history")}`;
    case "moved":
      return `Somebody else changed it meanwhile. See what is live: ${commands("status")}`;
    case "not-seen":
      return `The file system shows that host an old state. NFS remembers links for up to a minute: mount it there with actimeo=3 or lookupcache=none, and try again. See what is live: ${commands("status")}`;
    case "not-whole":
      return `Choose another release: ${commands("releases")}`;
    case "not-flushed":
      return "The disk of the host is slow or hangs: look at it before you try again. To deploy without waiting for the disk: durability: best-effort";
    case "transfer":
      return "Try again. If it fails again, look at the disk and memory of the host.";
    case "preflight":
      return "Put it right on the host and try again.";
    case "hung":
      return `What it was doing is unknown. See what is live there: ${commands("status")}`;
    case "connection-lost":
      return `What the host was doing is told by its ledger: ${commands("status")}. The next deploy puts right what was left.`;
    default:
      return `See what is live there: ${commands("status")}`;
  }
}

/** Where a task does not find what it begins with. */
export const PROGRAM_MISSING =
  "Install it there, or say where it is: `path` or `shell` in the configuration (`shell: bash -li` where nvm, rbenv or asdf know it).";
