import { MANIFESTS } from "../../release/seal.ts";
import { facts } from "../blocks.ts";
import { commandsFor } from "../command-line.ts";
import { groupBy, hostsOf } from "../group.ts";
import { sanitizeDeep } from "../sanitize.ts";
import { count, formatBytes } from "../units.ts";
import type { VerifyFinding, HostVerified, VerifiedPart, VerifyDocument } from "../verify-document.ts";
import type { DocumentOptions } from "./options.ts";
import { unreachedLines } from "./unreached.ts";

/** How many names of a sort are shown; `--json` has more. */
const SHOWN = 5;

/** What became of a release since it was sealed, hosts of which the same is true together. */
export function verifyLines(raw: VerifyDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const reached = document.hosts.filter(({ error }) => error === null);
  const role = document.verdict === "whole" ? "good" : document.verdict === "unknown" ? "warning" : "error";
  const title = options.theme(role, `${document.app} ${document.environment}: ${VERDICTS[document.verdict]}`);
  const groups = groupBy(reached, (host) => JSON.stringify({ ...host, host: "" }));
  return [
    title,
    ...groups.flatMap((group) => [
      "",
      options.theme("host", hostsOf(group)),
      ...hostLines(group[0], document.environment, options),
    ]),
    ...unreachedLines(document.hosts, options),
  ];
}

const VERDICTS: { readonly [Each in VerifyDocument["verdict"]]: string } = {
  whole: "everything is as it was sealed",
  damaged: "not everything is as it was sealed",
  differ: "the hosts serve different releases",
  unknown: "it cannot be told of every host",
};

function hostLines(host: HostVerified, environment: string, { theme, caller }: DocumentOptions): readonly string[] {
  const { release, sealed, lost, tree, generated, shared } = host;
  const anew = `To make a release that can be compared: ${commandsFor(caller, environment)("deploy", "--force")}`;
  if (!sealed) {
    const words = lost === undefined ? NEVER_SEALED : `${SEAL_LOST}\n${anew}`;
    return facts(
      [
        ["release", release ?? "none"],
        ["seal", words],
      ],
      theme,
    );
  }
  const hashed = `${count(tree.files, "file")} hashed, ${formatBytes(tree.bytes)}`;
  const lines = facts(
    [
      ["release", release ?? "none"],
      ["tree", lost === undefined ? partWords(tree, hashed) : `${MANIFEST_LOST}\n${anew}`],
      ["generated", partWords(generated, `${countEntries(generated.entries)}, by kind and size`)],
      ["shared links", partWords(shared, count(shared.entries, "link"))],
    ],
    theme,
  );
  return lines;
}

const NEVER_SEALED = "none: it was not made by this program, so there is nothing to compare it with";
const SEAL_LOST = `gone: it was sealed, but its seal is not in ${MANIFESTS} any more, so there is nothing to compare it with`;
const MANIFEST_LOST = `not compared: the list of what was sent is not in ${MANIFESTS} any more; entries are told below, by kind and size`;

function countEntries(entries: number): string {
  return `${entries} ${entries === 1 ? "entry" : "entries"}`;
}

function partWords({ findings }: VerifiedPart, looked: string): string {
  return [findings.length === 0 ? `${looked}: as sealed` : looked, ...findings.map(findingWords)].join("\n");
}

function findingWords({ what, count: amount, paths }: VerifyFinding): string {
  const shown = paths.slice(0, SHOWN).join(", ");
  return `${WORDS[what]} (${amount}): ${shown}${amount > SHOWN ? ` and ${amount - Math.min(SHOWN, paths.length)} more` : ""}`;
}

const WORDS: { readonly [Each in VerifyFinding["what"]]: string } = {
  gone: "missing",
  kind: "of another kind",
  size: "of another size",
  extra: "not there when it was sealed",
  changed: "changed",
  unreadable: "cannot be read",
  dangling: "leads to nothing",
};
