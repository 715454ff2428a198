import { checksOn } from "../check/chosen.ts";
import { checkName, demandsOf } from "../check/words.ts";
import type { HostPlanDocument, ReusePlanRow } from "../report/documents.ts";
import type { Member } from "./member.ts";
import { leads } from "./root-group.ts";
import type { FleetRun } from "./run.ts";
import { tasksFor } from "./tasks.ts";

const POINTS = ["prepare", "beforeSwitch", "drain", "afterSwitch", "undrain", "finish"] as const;

/** What is checked on a host behind its switch. */
export function checksDocument({ context, masker }: FleetRun, { host }: Member): Pick<HostPlanDocument, "checks"> {
  const checks = checksOn(context.config, host);
  if (checks.length === 0) return {};
  return { checks: checks.map(({ check }) => masker(`${checkName(check)}  (${demandsOf(check)})`)) };
}

/** What runs on a host, in the order of a deploy; what `reuse` takes over is not made again. */
export function tasksDocument(run: FleetRun, member: Member, reuse: readonly ReusePlanRow[]): HostPlanDocument["tasks"] {
  const { config } = run.context;
  const { host } = member;
  const build = config.build.map(({ run: text }) => ({ point: "build", run: text }));
  const own = POINTS.filter((point) => point !== "prepare" || leads(member)).flatMap((point) =>
    tasksFor(config, host, host.tasks[point]).map(({ run: text, on, undo, makes }) => {
      const skipped = makes !== null && reuse.some(({ path, from }) => path === makes && from !== null);
      const row = { point, run: text, on: on.kind === "role" ? `role ${on.role}` : on.kind, undo };
      return skipped ? { ...row, skipped } : row;
    }),
  );
  return [...build, ...own];
}
