import { readFile } from "node:fs/promises";
import { UserError } from "../errors.ts";
import { basisOf, changesSince, parsePlan } from "../plan/saved.ts";
import type { HostPlan } from "../plan/host-plan.ts";
import type { PlanDocument } from "../report/documents.ts";
import type { TreeContents } from "../tree/entry.ts";
import type { Member } from "./member.ts";
import { NewFile } from "./new-file.ts";
import type { FleetRun } from "./run.ts";

/** Writes a plan to a local file, whole or not at all. @throws UserError where it says nothing that could be carried out. */
export async function savePlan(document: PlanDocument, path: string, overwrite: boolean): Promise<void> {
  const why = reasonAgainst(document);
  if (why !== null)
    throw new UserError({
      kind: "plan",
      message: `This plan cannot be saved: ${why}.`,
      remedy: "Run it without --out to see it.",
    });
  const file = await NewFile.at(path, overwrite);
  try {
    file.write(Buffer.from(`${JSON.stringify(document, null, 2)}\n`));
    await file.keep();
  } finally {
    await file.drop();
  }
}

function reasonAgainst({ tree, outcome }: PlanDocument): string | null {
  if (tree === null) return "only the build will decide what is deployed; build first, and plan with --directory or --archive";
  return outcome === "blocked" ? "a deploy would stop before anything changes" : null;
}

/** @throws UserError if the file is no saved plan */
export async function readPlan(path: string): Promise<PlanDocument> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw new UserError({
      kind: "plan",
      message: `${path} cannot be read: ${error.message}.`,
      remedy: "Make it with plan --out FILE.",
    });
  });
  const plan = parsePlan(text);
  if (plan !== null) return plan;
  const message = `${path} is no plan that this version of the program can carry out.`;
  throw new UserError({ kind: "plan", message, remedy: "Make it with plan --out FILE." });
}

/** Under the lock, before anything changes. @throws UserError with all that is different from when the plan was saved */
export function requireSame(
  run: FleetRun,
  saved: PlanDocument,
  contents: TreeContents,
  plans: ReadonlyMap<Member, HostPlan>,
): void {
  const hosts = [...plans].flatMap(([{ name, facts }, plan]) =>
    facts === null ? [] : [{ host: name, basis: basisOf(facts, plan) }],
  );
  const { environment } = run.context.config;
  const changes = changesSince(saved, { environment, tree: contents.tree.digest, revision: contents.revision, hosts });
  if (changes.length === 0) return;
  throw new UserError({
    kind: "plan",
    message: `The saved plan does not hold any more, and nothing was changed:\n${changes.map((change) => `  - ${change}`).join("\n")}`,
    remedy: `Look at it anew: ${run.commands("plan", "--out", "FILE")}`,
  });
}
