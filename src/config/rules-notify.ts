import type { EnvironmentRule, RuleContext } from "./rule.ts";
import type { EnvironmentView } from "./view.ts";
import type { Path } from "./path.ts";
import { type Problem, problem } from "./problem.ts";
import type { WrittenNotify } from "./written-notify.ts";

/** Rules about who is told. */
export const notifyRules: readonly EnvironmentRule[] = [eachIsOneThing];

const KINDS = ["slack", "webhook", "command"] as const;

/** Which settings mean something for one kind alone. */
const BELONGS = { secret: "webhook", headers: "webhook", secrets: "command" } as const;

function eachIsOneThing({ settings }: EnvironmentView, { lost }: RuleContext): readonly Problem[] {
  // An entry without its wrong URL tells nobody, but that is no further problem.
  if (lost.some((path) => path.includes("notify"))) return [];
  return (settings.value.notify ?? []).flatMap((entry, index) => aboutOne(entry, [...settings.origin(["notify"]), index]));
}

function aboutOne(entry: WrittenNotify, at: Path): readonly Problem[] {
  const kinds = KINDS.filter((kind) => entry[kind] !== undefined);
  const [kind, other] = kinds;
  if (kind === undefined) return [problem(at, "Nobody is told: an entry of `notify` is a `slack`, a `webhook` or a `command`")];
  if (other !== undefined)
    return [problem([...at, other], `An entry of \`notify\` is a \`${kind}\` or a \`${other}\`, not both`, "key")];
  return (Object.keys(BELONGS) as (keyof typeof BELONGS)[])
    .filter((key) => entry[key] !== undefined && BELONGS[key] !== kind)
    .map((key) => problem([...at, key], `\`${key}\` belongs to a \`${BELONGS[key]}\`, and this is a \`${kind}\``, "key"));
}
