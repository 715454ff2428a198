import { HostFailure, type FailureKind } from "../errors.ts";
import type { HostProblem } from "../plan/facts.ts";
import type { Member } from "./member.ts";

/** All problems of one host as one failure: nothing has been changed. */
export function preflightFailure(member: Member, problems: readonly HostProblem[]): HostFailure {
  const kind: FailureKind = problems.every(({ code }) => code === "no-space") ? "disk-full" : "preflight";
  const [first] = problems;
  const message =
    problems.length === 1 && first !== undefined
      ? `${first.text}.`.replace(/\.\.$/, ".")
      : `${problems.length} things are in the way:\n${problems.map(({ text }) => `  - ${text}`).join("\n")}`;
  const remedies = [...new Set(problems.map((problem) => remedyOf(problem, member)))];
  return new HostFailure({ host: member.name, kind, message, remedy: remedies.join(" ") });
}

function remedyOf({ code }: HostProblem, member: Member): string {
  const { root, layout } = member.host;
  switch (code) {
    case "current-not-a-link":
      return `Look at ${root}/${layout.current} and move it away, for example: mv ${root}/${layout.current} ${root}/${layout.current}.before`;
    case "not-a-directory":
      return "Move that file away, or correct `root` and `layout` in the configuration.";
    case "no-permission":
      return `Create the app root and give it to the deploy user, for example: sudo install -d -o ${member.facts?.user ?? "USER"} ${root}`;
    case "shared-missing":
      return `Put the file there, or say what to do without it (whenMissing: seed, create or skip).`;
    case "shared-wrong-kind":
    case "shared-dangling":
      return "Move it away, or correct `shared` in the configuration.";
    case "shared-conflict":
      return "Remove one of the two: the tracked file or the shared entry.";
    case "writable-conflict":
      return "Take it out of `permissions.writable`, or make it a directory of the tree.";
    case "no-space":
      return `Free some space, for example with: symlink-helper prune --keep 1`;
    case "tool-missing":
      return "Install it on the host.";
    default:
      return "Put it right and try again.";
  }
}
