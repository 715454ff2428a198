/** The next command to type for failures that a host itself tells: it knows what happened, not what a person would do about it. */
export function remedyFor(kind: string, environment: string): string {
  const command = (words: string): string => `symlink-helper ${words} ${environment}`;
  switch (kind) {
    case "disk-full":
      return `Free some space there (df -h and df -i tell how much is left), for example with: ${command("prune")} --keep 1`;
    case "fenced":
      return `What this run left is cleared away by the next one. See who was at work: ${command("history")}`;
    case "moved":
      return `Somebody else changed it meanwhile. See what is live: ${command("status")}`;
    case "not-whole":
      return `Choose another release (${command("releases")}), or go there all the same: ${command("rollback")} --to RELEASE --force`;
    case "not-flushed":
      return "The disk of the host is slow or hangs: look at it before you try again. To deploy without waiting for the disk: durability: best-effort";
    case "transfer":
      return "Try again. If it fails again, look at the disk and memory of the host.";
    case "preflight":
      return "Put it right on the host and try again.";
    default:
      return `See what is live there: ${command("status")}`;
  }
}
