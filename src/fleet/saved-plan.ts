import { readFile } from "node:fs/promises";
import type { CommandContext, DeployOptions, InsteadOfSource } from "../api.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { UserError } from "../errors.ts";
import { parsePlan, planText } from "../plan/plan-file.ts";
import { basisOf, changesSince } from "../plan/saved.ts";
import type { HostPlan } from "../plan/host-plan.ts";
import { commandsFor, plainCaller } from "../report/command-line.ts";
import type { PlanDocument } from "../report/documents.ts";
import type { TreeContents } from "../tree/entry.ts";
import { fileWords } from "./file-words.ts";
import type { Member } from "./member.ts";
import { NewFile } from "./new-file.ts";
import { lookAtReuse } from "./reuse.ts";
import { leads } from "./root-group.ts";
import type { FleetRun } from "./run.ts";

/**
 * Writes a plan to a local file, whole or not at all, also over another plan. @throws UserError where it says nothing that could be
 * carried out, or where the file is something else and must not be overwritten
 */
export async function savePlan(document: PlanDocument, path: string, overwrite: boolean): Promise<void> {
  const why = reasonAgainst(document);
  if (why !== null)
    throw new UserError({
      kind: "plan",
      message: `This plan cannot be saved: ${why}.`,
      remedy: "Run it without --out to see it.",
    });
  const file = await NewFile.at(path, overwrite || (await isSavedPlan(path)), "--out");
  try {
    file.write(Buffer.from(planText(document)));
    await file.keep();
  } finally {
    await file.drop();
  }
}

async function isSavedPlan(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => "");
  return parsePlan(text) !== null;
}

function reasonAgainst({ tree, outcome }: PlanDocument): string | null {
  if (tree === null) return "only the build will decide what is deployed; build first, and plan with --directory or --archive";
  return outcome === "blocked" ? "a deploy would stop before anything changes" : null;
}

/** @throws UserError if the file is no saved plan, or not as it was saved */
export async function readPlan(path: string, { caller = plainCaller, config }: CommandContext): Promise<PlanDocument> {
  const make = (file: string): string => commandsFor(caller, config.environment)("plan", "--out", file);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    const remedy = code === "ENOENT" ? `To make it: ${make(path)}` : "Name the file that `plan --out` wrote.";
    throw new UserError({ kind: "plan", message: `The plan ${path} cannot be read: ${fileWords(error)}.`, remedy });
  });
  const plan = parsePlan(text);
  if (plan !== null && "edited" in plan)
    throw new UserError({
      kind: "plan",
      message: `${path} is not as it was saved: ${plan.edited}.`,
      remedy: `Get the file that was saved, or make it anew: ${make(path)}`,
    });
  if (plan !== null) return plan;
  const message = `${path} is no plan that this version of the program can carry out.`;
  throw new UserError({ kind: "plan", message, remedy: `To make one: ${make("FILE")}` });
}

/** A plan for some hosts is carried out on those, without being told again which. */
export function forHostsOf(saved: PlanDocument, context: CommandContext): CommandContext {
  const { config, caller = plainCaller } = context;
  const names = saved.hosts.map(({ host }) => host);
  const hosts = config.hosts.filter(({ name }) => names.includes(name));
  // What else is different is told under the lock, with the rest.
  if (saved.leftOut === undefined || config.wholeEnvironment !== undefined || hosts.length < names.length) return context;
  const only = ["--hosts", names.join(",")];
  return { ...context, caller: { ...caller, only }, config: { ...config, hosts, wholeEnvironment: config.hosts } };
}

/**
 * What a deploy is told by a saved plan: the very commit, or the directory or archive, unless the same is to be found elsewhere; to be
 * forced where the plan said deploy, since it was made for what is live.
 *
 * @throws UserError where the command line says something else
 */
export function optionsOf(saved: PlanDocument, given: DeployOptions, config: ResolvedConfig): DeployOptions {
  const said = [given.ref !== undefined && "--ref", given.force && "--force", given.fresh && "--fresh"].find(Boolean);
  if (typeof said === "string")
    throw new UserError({
      kind: "usage",
      message: `${said} and --plan exclude each other: the plan says what is deployed, and how.`,
      remedy: `Leave ${said} out, or plan anew with it.`,
    });
  const { plan, message, directory, archive } = given;
  const { asked = {}, revision, outcome } = saved;
  if (asked.from !== undefined || given.from !== undefined) return promotionOf(saved, given);
  const pinned =
    config.source.kind === "git" && revision !== null && asked.directory === undefined && asked.archive === undefined;
  const elsewhere = directory !== undefined || archive !== undefined;
  return {
    ...(plan === undefined ? {} : { plan }),
    ...(message === undefined ? {} : { message }),
    ...(elsewhere ? sourceOf(given) : { ...sourceOf(asked), ...(pinned ? { ref: revision } : {}) }),
    force: outcome === "deploy",
    fresh: asked.fresh === true,
  };
}

/** The very release that the plan is about: whether its tree is still that of the plan is looked at like everything else. */
function promotionOf({ asked = {}, outcome }: PlanDocument, { plan, message, from }: DeployOptions): DeployOptions {
  const environment = asked.from?.environment;
  const same = from !== undefined && from.config.environment === environment;
  if (asked.from === undefined || !same || (from.release ?? asked.from.release) !== asked.from.release)
    throw new UserError({
      kind: "usage",
      message:
        asked.from === undefined
          ? "This plan is not about what another environment serves, so --from does not go with it."
          : `This plan is about ${asked.from.release} of ${asked.from.environment}.`,
      remedy: environment === undefined ? "Leave --from out, or plan anew with it." : `Say so again: --from ${environment}`,
    });
  return {
    ...(plan === undefined ? {} : { plan }),
    ...(message === undefined ? {} : { message }),
    from: { config: from.config, release: asked.from.release },
    force: outcome === "deploy",
    fresh: asked.fresh === true,
  };
}

function sourceOf({ directory, archive }: InsteadOfSource): InsteadOfSource {
  return { ...(directory === undefined ? {} : { directory }), ...(archive === undefined ? {} : { archive }) };
}

/** Of what could be pruned on a host by now only what the plan showed: the rest waits for the next deploy. */
export function plannedToPrune(saved: PlanDocument, name: string): (release: string) => boolean {
  const shown = new Set(saved.hosts.find(({ host }) => host === name)?.prune);
  return (release) => shown.has(release);
}

/** Under the lock, before anything changes. @throws UserError with all that is different from when the plan was saved */
export async function requireSame(
  run: FleetRun,
  saved: PlanDocument,
  contents: TreeContents,
  plans: ReadonlyMap<Member, HostPlan>,
): Promise<void> {
  const fresh = saved.asked?.fresh === true;
  const looked = [...plans].map(async ([member, plan]) => {
    const { name, facts } = member;
    if (facts === null) return [];
    const shared = plan.shared.map(({ entry: { path }, action }) => ({ path, action }));
    const reuse = leads(member) ? await lookAtReuse(run, member, plan, fresh) : [];
    return [{ host: name, basis: basisOf(facts, plan, run.context.config), shared, reuse }];
  });
  const hosts = (await Promise.all(looked)).flat();
  const { environment } = run.context.config;
  const changes = changesSince(saved, { environment, tree: contents.tree.digest, revision: contents.revision, hosts });
  if (changes.length > 0) throw outdated(run, changes);
}

/** What is not as the plan has it, each as a sentence. */
export function outdated(run: FleetRun, changes: readonly string[]): UserError {
  return new UserError({
    kind: "plan",
    message: `The saved plan does not hold any more, and nothing was changed:\n${changes.map((change) => `  - ${change}`).join("\n")}`,
    remedy: `Look at it anew: ${run.commands("plan", "--out", "FILE")}`,
  });
}
