import { exitCodeOf } from "../../src/cli/exit-codes.ts";
import { UserError } from "../../src/errors.ts";
import type { HostReport, Report } from "../../src/report/report.ts";
import { look, type Seen } from "./outside.ts";
import type { Scenario } from "./scenario.ts";
import type { Scene } from "./scene.ts";

export interface Before {
  readonly sites: ReadonlyMap<string, Seen>;
  readonly scenario: Scenario;
  readonly hides: (host: string) => boolean;
}

export interface After {
  readonly sites: ReadonlyMap<string, Seen>;
  /** What the tasks wrote down, per host: `POINT ACTION RELEASE`. */
  readonly tasks: ReadonlyMap<string, readonly string[]>;
  /** Null where the controller was killed. */
  readonly report: Report | null;
}

/** What P1, P2, P3 and P5 say of the hosts right after the fault, and whether the report told it. */
export function judgeFault(before: Before, after: After): string[] {
  const { report } = after;
  const broken = [...after.sites].filter(([, { broken }]) => broken !== "").map(([name, { broken }]) => `${name}: ${broken}`);
  const complaints = [...broken, ...(report === null ? judgeSilence(before, after) : judgeReport(before, after, report))];
  return [...complaints, ...judgeTasks(before, after)].map((text) => `after the fault: ${text} [${tell(after)}]`);
}

function tell({ sites, report }: After): string {
  const lives = [...sites].map(([name, { live }]) => `${name} ${live ?? "nothing"}`).join(", ");
  const errors =
    report?.hosts.flatMap(({ host, error }) => (error === null ? [] : [`${host} ${error.kind}: ${error.message}`])) ?? [];
  return `${report === null ? "controller killed" : report.outcome}; ${lives}; ${errors.join("; ")}; ${report?.warnings.join("; ") ?? ""}`;
}

/** No report: a host is where it was, or where all hosts confirmed to be. Only within the confirming round may they differ. */
function judgeSilence(before: Before, { sites }: After): string[] {
  const alone = sites.size === 1;
  return [...sites].flatMap(([name, { live, ledger }]) => {
    const was = before.sites.get(name)?.live;
    const confirmed = ledger.findLast(({ release }) => release === live)?.kind === "good";
    return live === was || alone || confirmed ? [] : [`${name} was switched, lost its controller and did not go back`];
  });
}

function judgeReport(before: Before, after: After, report: Report): string[] {
  return [...(OUTCOMES[report.outcome]?.(before, after, report) ?? [`a report of ${report.outcome}`]), ...untrue(after, report)];
}

type Judge = (before: Before, after: After, report: Report) => string[];

const done: Judge = (_before, after, report) => [
  ...unchecked(after, report).map((name) => `${name} was never asked whether it serves what was reported to be done`),
  ...elsewhere(after, () => report.release).map((name) => `${name} does not serve what was reported to be done`),
  ...[...after.sites].filter(([, { ledger }]) => !isGood(ledger, report.release)).map(([name]) => `${name} did not confirm it`),
];

const OUTCOMES: Partial<Record<Report["outcome"], Judge>> = {
  deployed: done,
  "rolled-back": done,
  failed: (before, after, report) => [
    ...notBack(before, after),
    ...without(report),
    ...(wasLive(before, after, report) ? ["it was live for a while, but the report says that it failed before"] : []),
  ],
  returned: (before, after, report) => [
    ...notBack(before, after),
    ...without(report),
    ...(wasLive(before, after, report) ? [] : ["nothing was ever switched, but the report says that it was taken back"]),
  ],
  interrupted: notBack,
  // Whoever could be asked is back; whoever could not has gone back by himself, unless he had confirmed; and it is told who is who.
  partial: (before, after, report) => {
    const names = [...after.sites.keys()];
    const isBack = (name: string): boolean => after.sites.get(name)?.live === before.sites.get(name)?.live;
    const confirmed = (name: string): boolean =>
      isGood(after.sites.get(name)?.ledger ?? [], report.release) && before.hides(name);
    const unknown = new Set(report.hosts.filter(({ liveKnown }) => !liveKnown).map(({ host }) => host));
    return [
      ...(names.some(before.hides) ? [] : ["every host could be asked, but not every one was put back"]),
      ...names.filter((name) => !isBack(name) && !confirmed(name)).map((name) => `${name} did not go back`),
      ...(unknown.size > 0 && [...unknown].every(before.hides) ? [] : ["it is not told whose end is unknown"]),
    ];
  },
};

/** P12: where checks are made at all, success is said of no host without one. */
function unchecked({ tasks }: After, { release }: Report): string[] {
  const checked = [...tasks].map(([name, lines]) => [name, lines.filter((line) => line.startsWith("check "))] as const);
  if (checked.every(([, lines]) => lines.length === 0)) return [];
  return checked.filter(([, lines]) => !lines.some((line) => line.endsWith(` ${release}`))).map(([name]) => name);
}

function isGood(ledger: Seen["ledger"], release: string | null): boolean {
  return ledger.some((fact) => fact.kind === "good" && fact.release === release);
}

function elsewhere({ sites }: After, expected: (name: string) => string | null | undefined): string[] {
  return [...sites].filter(([name, { live }]) => live !== expected(name)).map(([name]) => name);
}

function notBack({ sites }: Before, after: After): string[] {
  return elsewhere(after, (name) => sites.get(name)?.live).map((name) => `${name} does not serve what it served before`);
}

function without(report: Report): string[] {
  return report.error === null && report.hosts.every(({ error }) => error === null) ? ["no host has an error"] : [];
}

/** Whether some host's own ledger tells that the release of this run was live there. */
function wasLive(before: Before, { sites }: After, { release }: Report): boolean {
  const told = (ledger: Seen["ledger"]): number =>
    ledger.filter((fact) => fact.release === release && (fact.kind === "live" || fact.kind === "returned")).length;
  return [...sites].some(([name, { ledger }]) => told(ledger) > told(before.sites.get(name)?.ledger ?? []));
}

function untrue({ sites }: After, report: Report): string[] {
  const wrong = ({ host, live, liveKnown }: HostReport): boolean => liveKnown && live !== sites.get(host)?.live;
  return report.hosts.filter(wrong).map(({ host, live }) => `${host} was reported to serve ${live ?? "nothing"}`);
}

/**
 * What was reloaded last is what is served, or it is told that the reload on the way back failed, as it must where that is what was made to
 * fail; what has an undo was undone where the release is not live, or it is told that it was not.
 */
function judgeTasks(before: Before, { sites, tasks, report }: After): string[] {
  return [...sites].flatMap(([name, { live }]) => {
    const done = (tasks.get(name) ?? []).map((line) => line.split(" "));
    const reloaded = done.findLast(([point]) => point === "afterSwitch")?.[2];
    const told = report?.warnings.some((text) => text.startsWith(`${name}: afterSwitch, while going back: `)) === true;
    const stale = reloaded !== undefined && live !== null && reloaded !== live && !told;
    const migrated = done.some(([point]) => point === "beforeSwitch") && live === before.sites.get(name)?.live;
    const undone =
      done.some(([point]) => point === "undo") || report === null || report.warnings.some((text) => text.includes("undo"));
    const service = done.findLast(([point]) => point === "drain" || point === "undrain")?.[0];
    const tellsService = report?.warnings.some((text) => text.startsWith(`${name}: undrain`)) === true;
    return [
      ...(service === "drain" && !tellsService ? [`${name} was left out of service, and nobody is told`] : []),
      ...(stale ? [`${name} was last reloaded for ${reloaded}`] : []),
      ...(migrated && !undone ? [`beforeSwitch was not undone on ${name}, and nobody is told`] : []),
    ];
  });
}

/** The next deploy needs no hand. */
export async function judgeNext(scene: Scene, after: After): Promise<string[]> {
  const said: string[] = [];
  scene.edit("v3");
  const split = new Set([...after.sites.values()].map(({ live }) => live)).size > 1;
  const { agree } = split ? await scene.api().status(scene.context()) : { agree: !split };
  const report = await scene
    .api()
    .deploy(scene.context({ emit: (event) => event.kind === "notice" && said.push(event.text) }), {});
  const wrong = scene.sites.filter((site) => look(site).live !== report.release || look(site).broken !== "");
  const exit = exitCodeOf(report.outcome);
  return [
    ...(agree === split ? ["status does not tell that the hosts differ"] : []),
    ...(report.outcome === "deployed" && exit === 0 ? [] : [`the next deploy: ${tell({ ...after, report })}`]),
    ...wrong.map(({ name }) => `the next deploy: ${name} serves ${look(scene.site(name)).live ?? "nothing"}`),
  ];
}

/** After the next deploy a rollback goes to what was live and good before it (P7). */
export async function judgeRollback(scene: Scene, before: Before, after: After): Promise<string[]> {
  const targets = new Set(scene.sites.map(({ name }) => targetOf(before.sites.get(name), after.sites.get(name))));
  const [target] = targets;
  try {
    const report = await scene.api().rollback(scene.context(), {});
    const wrong = scene.sites.filter((site) => look(site).live !== target).map(({ name }) => name);
    if (targets.size === 1 && target !== null && report.outcome === "rolled-back" && wrong.length === 0) return [];
    return [
      `rollback: ${report.outcome} to ${report.release ?? "nothing"} instead of ${[...targets].join(" or ")} (${tell({ ...after, report })})`,
    ];
  } catch (error) {
    if (error instanceof UserError && (targets.size > 1 || target === null)) return [];
    return [`rollback: ${(error as Error).message}`];
  }
}

function targetOf(before: Seen | undefined, after: Seen | undefined): string | null {
  const live = after?.live ?? null;
  return isGood(after?.ledger ?? [], live) ? live : (before?.live ?? null);
}
