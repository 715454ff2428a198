import { allHosts, isFirst, leftOut } from "../config/all-hosts.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { someHosts } from "../report/group.ts";
import type { CommandContext } from "../api.ts";
import { notice, warn, type FleetRun } from "./run.ts";

/** For a document: which hosts a command was not for. Nothing where it was for all. */
export function leftOutIn(config: ResolvedConfig): { readonly leftOut?: readonly string[] } {
  return config.wholeEnvironment === undefined ? {} : { leftOut: leftOut(config) };
}

/** The answer of a command that looks, with the hosts at which it did not. */
export async function withLeftOut<D extends object>({ config }: CommandContext, answer: Promise<D>): Promise<D> {
  return { ...(await answer), ...leftOutIn(config) };
}

/** Only these run what comes before the switch, or say that they would. */
const SHIPPING: ReadonlySet<string> = new Set(["deploy", "plan"]);

/** Whoever deploys to some hosts is told what that leaves undone: a task that runs `on: first` runs nowhere else instead. */
export function tellLeftOut(run: FleetRun): void {
  const { config } = run.context;
  const names = leftOut(config);
  if (names.length === 0) return;
  notice(run, null, `Left out, as asked for: ${someHosts(names)}.`);
  const first = allHosts(config).find((host) => isFirst(config, host));
  if (!SHIPPING.has(run.command) || first === undefined || !names.includes(first.name)) return;
  const tasks = first.tasks.beforeSwitch.filter(({ on }) => on.kind === "first").map((task) => run.masker(task.run));
  if (tasks.length > 0)
    warn(
      run,
      null,
      `Not run, since ${first.name} is left out, which alone runs it: ${tasks.join(", ")} (beforeSwitch, on: first).`,
    );
}
