import type { Path } from "./path.ts";
import { type Problem, problem } from "./problem.ts";
import type { EnvironmentRule } from "./rule.ts";
import type { EnvironmentView } from "./view.ts";
import type { WrittenSource } from "./written-source.ts";

/** What is wrong between the settings of a source. */
export const sourceRules: readonly EnvironmentRule[] = [sourceIsOne, archiveHasDigest];

type Kind = "git" | "directory" | "archive";

/** Settings that only sources of some kinds have. */
const BELONGS: readonly { key: keyof WrittenSource; to: readonly Kind[]; text: string }[] = [
  { key: "ref", to: ["git"], text: "`ref` chooses a commit of a git source" },
  { key: "sha256", to: ["archive"], text: "`sha256` is the digest of an archive" },
  { key: "strip", to: ["archive"], text: "`strip` is about the names in an archive" },
  { key: "subdirectory", to: ["git", "archive"], text: "`subdirectory` is a folder of a repository or an archive" },
];

const CALLED: { readonly [Each in Kind]: string } = { git: "a git repository", directory: "a directory", archive: "an archive" };

function sourceIsOne({ settings }: EnvironmentView): readonly Problem[] {
  const source = settings.value.source ?? {};
  const at = (key: string): Path => settings.origin(["source", key]);
  const kinds = (["git", "directory", "archive"] as const).filter((kind) => source[kind] !== undefined);
  const [kind = "git", other] = kinds;
  if (other !== undefined) return [problem(at(other), `\`source\` is either ${named(kind)} or ${named(other)}, not both`, "key")];
  return BELONGS.filter(({ key, to }) => source[key] !== undefined && !to.includes(kind)).map(({ key, text }) =>
    problem(at(key), `${text}, but this source is ${CALLED[kind]}`, "key"),
  );
}

function named(kind: Kind): string {
  return kind === "git" ? "`git`" : `${kind === "archive" ? "an" : "a"} \`${kind}\``;
}

function archiveHasDigest({ settings }: EnvironmentView): readonly Problem[] {
  const { archive, sha256 } = settings.value.source ?? {};
  if (archive === undefined || sha256 !== undefined) return [];
  const text = "An archive needs its `sha256`, so that nobody can put another one in its place\nTo get it: sha256sum FILE";
  return [problem(settings.origin(["source", "archive"]), text, "key")];
}
