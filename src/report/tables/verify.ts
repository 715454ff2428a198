import { facts } from "../blocks.ts";
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
    ...groups.flatMap((group) => ["", options.theme("host", hostsOf(group)), ...hostLines(group[0], options)]),
    ...unreachedLines(document.hosts, options),
  ];
}

const VERDICTS: { readonly [Each in VerifyDocument["verdict"]]: string } = {
  whole: "everything is as it was sealed",
  damaged: "not everything is as it was sealed",
  differ: "the hosts serve different releases",
  unknown: "it cannot be told of every host",
};

function hostLines({ release, sealed, tree, generated, shared }: HostVerified, { theme }: DocumentOptions): readonly string[] {
  if (!sealed)
    return facts(
      [
        ["release", release ?? "none"],
        ["seal", "none: it was not made by this program, so there is nothing to compare it with"],
      ],
      theme,
    );
  const hashed = `${count(tree.files, "file")} hashed, ${formatBytes(tree.bytes)}`;
  const lines = facts(
    [
      ["release", release ?? "none"],
      ["tree", partWords(tree, hashed)],
      ["generated", partWords(generated, `${countEntries(generated.entries)}, by kind and size`)],
      ["shared links", partWords(shared, count(shared.entries, "link"))],
    ],
    theme,
  );
  return lines;
}

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
