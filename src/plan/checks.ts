import { checksOn } from "../check/chosen.ts";
import { lackOf, checkName } from "../check/words.ts";
import type { ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import type { Facts, HostProblem } from "./facts.ts";

/** Checks that no program of the host can carry out: success could not be said behind the switch, so there must be none. */
export function checkProblems(config: ResolvedConfig, host: ResolvedHost, { checkTools }: Facts): HostProblem[] {
  return checksOn(config, host).flatMap(({ index, check }) => {
    const found = checkTools.get(index);
    if (check.kind === "command" || found === undefined || found.tool !== null) return [];
    if (check.as !== null && found.noise.startsWith("sudo:"))
      return [{ code: "sudo", text: `The check ${checkName(check)}, \`as: ${check.as}\`, could not run: ${found.noise}` }];
    const why = check.kind === "http" ? wants(check) : "";
    return [
      {
        code: "check-tool",
        text: `No program there can carry out the check ${checkName(check)}${why}: it takes ${lackOf(check)}`,
      },
    ];
  });
}

function wants({ url, unixSocket, send }: { url: string; unixSocket: string | null; send: object }): string {
  const secret = Object.values(send).some((text) => typeof text !== "string");
  const special = [
    ...(url.startsWith("https:") ? ["with certificates verified"] : []),
    ...(unixSocket === null ? [] : ["through a socket"]),
    ...(secret ? ["without showing the secret to others there"] : []),
  ];
  return special.length === 0 ? "" : ` (${special.join(", ")})`;
}
