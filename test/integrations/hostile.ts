/** What a host may print to take over a log, a report or a terminal; `printf` of a shell writes it. */
export const HOSTILE_PRINTF = String.raw`printf '::error::owned\n##[error]owned\n\033[0Ksection_end:1:slh_1_connect\r\033[0K\n]]></failure><x>\nDEPLOY_RELEASE=owned\n\033]0;owned\007\n'`;

/** What of a log some CI system or a terminal would obey that we did not write: nothing, if all is well. */
export function obeyedIn(log: string): readonly string[] {
  const ours = /\u001b\[0Ksection_(?:start|end):\d+:slh_\d+_[\w.-]+\r\u001b\[0K/gu;
  const rest = log.replaceAll(ours, "");
  return rest.match(/^\s*::\w.*$|##\[.*$|\u001b\].*$|section_(?:start|end):\d+:.*\r.*$/gmu) ?? [];
}

/** The lines of a private key that no other key has: the first two and the last are the same in all of a kind. */
export function ownLines(key: string): string {
  return key.trim().split("\n").slice(2, -1).join("\n");
}
