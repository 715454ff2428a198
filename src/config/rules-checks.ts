import type { EnvironmentRule, RuleContext } from "./rule.ts";
import type { EnvironmentView } from "./view.ts";
import type { Path } from "./path.ts";
import { type Problem, problem, warning } from "./problem.ts";
import { listChecks } from "./resolve-checks.ts";
import type { WrittenCheck, WrittenHttp } from "./written-checks.ts";

/** Rules about what is checked. */
export const checkRules: readonly EnvironmentRule[] = [eachIsOneThing];

const KINDS = ["http", "tcp", "command"] as const;

/** What has a meaning for a command alone. */
const OF_COMMAND = ["in", "env", "secrets", "shell"] as const;

function eachIsOneThing({ hosts }: EnvironmentView, { lost }: RuleContext): readonly Problem[] {
  // A check without its wrong part may look like none at all, but that is no further problem.
  if (lost.some((path) => path.includes("check"))) return [];
  return hosts.flatMap(({ settings }) =>
    listChecks(settings.value.check).flatMap(({ check, at }) => aboutOne(check, settings.origin(["check", ...at]))),
  );
}

function aboutOne(check: WrittenCheck, at: Path): readonly Problem[] {
  const [kind, other] = KINDS.filter((each) => check[each] !== undefined);
  if (kind === undefined) return [problem(at, "Nothing is checked: a check is an `http`, a `tcp` or a `command`")];
  if (other !== undefined)
    return [
      problem([...at, other], `A check is \`${kind}\` or \`${other}\`, not both\nWrite one entry of the list for each.`, "key"),
    ];
  const misplaced = kind === "command" ? [] : OF_COMMAND.filter((key) => check[key] !== undefined);
  return [
    ...misplaced.map((key) => problem([...at, key], `\`${key}\` belongs to a \`command\`, and this check is \`${kind}\``, "key")),
    ...(typeof check.http === "object" ? aboutHttp(check.http, [...at, "http"]) : []),
  ];
}

function aboutHttp({ url, connect, unixSocket, ca, send = {} }: WrittenHttp, at: Path): readonly Problem[] {
  const encrypted = /^https:/iu.test(url);
  return [
    ...(connect !== undefined && unixSocket !== undefined
      ? [problem([...at, "unixSocket"], "A check connects to `connect` or to a `unixSocket`, not to both", "key")]
      : []),
    ...(unixSocket !== undefined && encrypted
      ? [problem([...at, "unixSocket"], "A socket is asked without encryption: the URL must begin with http://", "key")]
      : []),
    ...(ca !== undefined && !encrypted
      ? [problem([...at, "ca"], "`ca` says which certificates to trust, and http:// has none", "key")]
      : []),
    ...Object.entries(send)
      .filter(([name, value]) => typeof value === "string" && /^(?:proxy-)?authorization$|^cookie$/iu.test(name))
      .map(([name]) => warning([...at, "send", name], NOT_MASKED, "nothing")),
  ];
}

const NOT_MASKED =
  "What is sent in this header looks like a secret, but what stands in the file is not masked\nWrite { secret: NAME }: it is then taken from the environment of this machine.";
