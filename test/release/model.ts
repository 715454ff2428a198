import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HostFacts } from "../../src/release/facts.ts";
import { formatEntry, parseLedger } from "../../src/release/ledger-text.ts";
import { pruneCandidates } from "../../src/release/prune.ts";
import { findDebris, withoutDebris } from "../../src/release/recovery.ts";
import { rollbackTarget } from "../../src/release/rollback.ts";
import { expectedTarget, go, gone, look, newPerson, type Person, takenBack, wanted } from "./person.ts";
import {
  deploy,
  emptyWorld,
  factsOf,
  failedDeploy,
  foreignDirectory,
  link,
  pin,
  play,
  recover,
  remove,
  returnedDeploy,
  returnedRollback,
  rollback,
  stampOf,
  type Step,
  type World,
} from "./world.ts";

/** One thing that happens. `pick` chooses among what there is at that time. */
type Happening =
  | { readonly kind: "deploy" | "return"; readonly until: number }
  | { readonly kind: "rollback"; readonly until: number }
  | { readonly kind: "rollback-to" | "return-rollback"; readonly pick: number; readonly until: number }
  | { readonly kind: "fail"; readonly complete: boolean }
  | { readonly kind: "pin" | "unpin"; readonly pick: number }
  | { readonly kind: "foreign-switch" | "lose"; readonly pick: number }
  | { readonly kind: "foreign-directory" | "remove-link" }
  | { readonly kind: "prune"; readonly keep: number; readonly grace: number }
  | { readonly kind: "clock" | "wait"; readonly seconds: number };

/** Those that are commands of ours, and so begin with recovery. */
type Command = "deploy" | "return" | "fail" | "rollback" | "rollback-to" | "return-rollback" | "pin" | "unpin" | "prune";

const pick = fc.nat({ max: 30 });
/** Most runs get to their end; the others stop after any of their steps. */
const until = fc.oneof({ weight: 3, arbitrary: fc.constant(99) }, { weight: 1, arbitrary: fc.nat({ max: 9 }) });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("deploy" as const, "deploy" as const, "deploy" as const, "return" as const),
      until,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("rollback" as const), until }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("rollback-to" as const, "return-rollback" as const), pick, until }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fail" as const), complete: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("pin" as const, "unpin" as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("foreign-switch" as const, "lose" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("foreign-directory" as const, "remove-link" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("prune" as const), keep: fc.nat({ max: 4 }), grace: fc.nat({ max: 300 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.nat({ max: 400 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clock" as const), seconds: fc.integer({ min: -2000, max: 2000 }) }) },
);

const histories = fc.array(happening, { minLength: 1, maxLength: 40, size: "max" });

interface Play {
  readonly world: World;
  readonly person: Person;
  names: number;
}

function newPlay(): Play {
  return { world: emptyWorld(), person: newPerson(), names: 0 };
}

/** A random history, from an empty root or a stranger's tree. `check` is called where a command would decide. */
function live(history: readonly Happening[], check: (stage: Play) => void): Play {
  const stage = newPlay();
  for (const event of history) {
    happen(stage, event);
    check(stage);
  }
  return stage;
}

function happen(stage: Play, event: Happening): void {
  const { world } = stage;
  switch (event.kind) {
    case "foreign-directory":
      return play(world, foreignDirectory(`${stage.names++}-by-hand`));
    case "foreign-switch":
      return play(world, [link(chosen(world, event.pick))]);
    case "remove-link":
      return play(world, [link(null)]);
    case "lose":
      return lose(stage, chosen(world, event.pick));
    case "wait":
      world.now += event.seconds;
      return undefined;
    case "clock":
      world.offset += event.seconds;
      if (event.seconds > 0) for (const directory of world.dirs.values()) directory.misled = true;
      return undefined;
    case "deploy":
    case "return":
    case "fail":
    case "rollback":
    case "rollback-to":
    case "return-rollback":
    case "pin":
    case "unpin":
    case "prune":
      recoverAndLook(stage);
      return run(stage, event);
  }
}

/** Somebody deletes a directory by hand, though never the live one. */
function lose({ world }: Play, id: string | null): void {
  if (id !== null && id !== world.live) play(world, [(world): void => void world.dirs.delete(id)]);
}

function recoverAndLook({ world, person }: Play): void {
  look(person, world.live, world.live !== null && world.dirs.has(world.live));
  const standing = new Set(world.dirs.keys());
  recover(world);
  // P9, P6: recovery deletes what a run of ours left half made, and nothing else.
  for (const id of standing) {
    if (world.dirs.has(id)) continue;
    expect(person.made.has(id) && !person.wasLive.has(id) && id !== world.live && !person.pinned.has(id)).toBe(true);
  }
}

function run(stage: Play, event: Extract<Happening, { kind: Command }>): void {
  const { world, person } = stage;
  const from = world.live;
  switch (event.kind) {
    case "deploy":
    case "return":
      return deployed(stage, event);
    case "fail":
      person.made.add(`R${stage.names}`);
      return play(world, failedDeploy(`R${stage.names++}`, event.complete));
    case "rollback": {
      const target = rollbackTarget(factsOf(world), { afterReturn: "allowed" });
      return target.ok ? switchTo(stage, target.release, rollback(target.release, from), event.until, 0) : undefined;
    }
    case "rollback-to":
    case "return-rollback": {
      const to = chosen(world, event.pick);
      if (to === null || !rollbackTarget(factsOf(world), { to }).ok) return undefined;
      const steps = event.kind === "rollback-to" ? rollback(to, from) : returnedRollback(to, from);
      return switchTo(stage, to, steps, event.until, 0);
    }
    case "pin":
    case "unpin":
      return pinOne(stage, chosen(world, event.pick), event.kind === "pin");
    case "prune":
      return prune(stage, event);
  }
}

function deployed(stage: Play, event: { readonly kind: "deploy" | "return"; readonly until: number }): void {
  const id = `R${stage.names++}`;
  const from = stage.world.live;
  if (event.until > 0) stage.person.made.add(id);
  switchTo(stage, id, event.kind === "deploy" ? deploy(id, from) : returnedDeploy(id, from), event.until, 4);
}

/**
 * Runs the steps that exist; the person sees what the ledger is told, and for the rest has to look. After the `prepared` steps
 * come: the intent, the rename, it is told. Then either it is confirmed, or the link goes back and that is told.
 */
function switchTo({ world, person }: Play, to: string, steps: readonly Step[], until: number, prepared: number): void {
  const done = Math.min(until, steps.length);
  const unsure = { to, from: world.live, back: [...person.back] };
  play(world, steps, done);
  if (done > prepared) [person.unsure, person.met] = [null, true];
  if (done < prepared + 2) return;
  person.unsure = unsure;
  if (done < prepared + 3) return;
  go(person, to);
  const returns = steps.length === prepared + 5;
  if (done === prepared + 5) return takenBack(person);
  if (returns || done < prepared + 4) return undefined;
  person.good.add(to);
  person.made.add(to);
  person.unsure = null;
}

function pinOne({ world, person }: Play, id: string | null, pinned: boolean): void {
  if (id === null) return;
  play(world, pin(id, pinned));
  if (pinned) person.pinned.add(id);
  else person.pinned.delete(id);
}

function prune(stage: Play, policy: { readonly keep: number; readonly grace: number }): void {
  const { remove: doomed } = pruneCandidates(factsOf(stage.world), policy);
  for (const id of doomed) {
    play(stage.world, remove(id));
    gone(stage.person, id);
    stage.world.now -= 100;
  }
}

function chosen(world: World, index: number): string | null {
  const ids = [...world.dirs.keys()];
  return ids[index % Math.max(1, ids.length)] ?? null;
}

/** A copy on which a command has begun, so that looking does not change the history. */
function observed(stage: Play): Play {
  const { world, person, names } = stage;
  const dirs = new Map([...world.dirs].map(([id, directory]) => [id, { ...directory }]));
  const copy = { world: { ...world, dirs, entries: [...world.entries] }, person: structuredClone(person), names };
  recoverAndLook(copy);
  return copy;
}

function canServe({ world, person }: Play, id: string): boolean {
  return world.dirs.get(id)?.sealed === true || (world.dirs.has(id) && person.adopted.has(id));
}

function checkTarget(stage: Play): void {
  const { world, person } = observed(stage);
  const target = rollbackTarget(factsOf(world), { afterReturn: "allowed" });
  const expected = world.live === null ? null : expectedTarget(person, (id) => canServe({ ...stage, world, person }, id));
  expect(target.ok ? target.release : null).toBe(expected);
}

function checkPrune(stage: Play, keep: number, grace: number): void {
  const { world, person } = observed(stage);
  const facts = factsOf(world);
  const { remove: doomed, kept } = pruneCandidates(facts, { keep, grace });
  const exists = (id: string): boolean => world.dirs.has(id);
  const target = expectedTarget(person, (id) => canServe({ ...stage, world, person }, id));
  const wasLeft = (id: string): boolean => typeof world.dirs.get(id)?.trulyLeft === "number";
  const recent = (id: string): boolean => {
    const directory = world.dirs.get(id);
    return wasLeft(id) && directory?.misled === false && world.now - (directory.trulyLeft ?? 0) < grace;
  };

  expect([...doomed, ...kept.map(({ id }) => id)].toSorted()).toEqual([...world.dirs.keys()].toSorted());
  expect(doomed).not.toContain(world.live);
  expect(doomed).not.toContain(target);
  expect(doomed.filter((id) => person.pinned.has(id))).toEqual([]);
  expect(doomed.filter((id) => !person.made.has(id) && !person.adopted.has(id))).toEqual([]);
  expect(doomed.filter((id) => recent(id))).toEqual([]);
  expect(doomed.filter((id) => wanted(person, exists, Math.max(1, keep)).includes(id))).toEqual([]);

  // Enough stay, and no good one goes while a worthless one stays.
  const good = [...world.dirs.keys()].filter((id) => person.good.has(id) && !person.pinned.has(id));
  const goodLeft = good.filter((id) => !doomed.includes(id));
  expect(goodLeft.length).toBeGreaterThanOrEqual(Math.min(good.length, Math.max(1, keep)));
  const worthless = [...world.dirs.keys()].filter((id) => {
    return person.made.has(id) && !wasLeft(id) && !person.pinned.has(id) && id !== world.live;
  });
  expect(worthless.filter((id) => !doomed.includes(id))).toEqual([]);
  expect(new Set(doomed.slice(0, worthless.length).filter((id) => person.good.has(id))).size).toBe(0);

  // And no more than there is a reason for.
  const known = (id: string): boolean => facts.releases.some((fact) => fact.id === id && (fact.leftAgo ?? -1) >= grace);
  const spare = goodLeft.filter((id) => id !== world.live && id !== target && known(id));
  expect(spare.length).toBeLessThanOrEqual(Math.max(1, keep));
}

/** What can happen to a line of a file. */
const harm = fc.oneof(
  fc.constant((line: string) => [line, line]),
  fc.constant((): string[] => []),
  fc.nat().map((at) => (line: string) => [line.slice(0, at % line.length)]),
  fc.nat().map((at) => (line: string) => [`${line.slice(0, at % line.length)}\x07\xff${line.slice((at % line.length) + 1)}`]),
  fc.constant((line: string) => ["\0".repeat(100) + line]),
  fc.constant((line: string) => [line.replace('"v":1', '"v":7')]),
);
const wounds = fc.array(fc.record({ where: fc.nat(), harm }), { minLength: 1, maxLength: 12 });

function damagedFacts(world: World, harms: readonly { where: number; harm: (line: string) => string[] }[]): HostFacts {
  const lines = world.entries.map(formatEntry);
  for (const { where, harm } of lines.length === 0 ? [] : harms) {
    const at = where % lines.length;
    lines.splice(at, 1, harm(lines[at] ?? "").join("\n"));
  }
  return { ...factsOf(world), ...parseLedger(`${lines.join("\n")}\n`) };
}

/** The promises, over so many random histories. */
export function modelTests(runs: { readonly numRuns: number }): void {
  describe("over random histories", () => {
    test("P7: rollback goes where the back button of a person leads", () => {
      fc.assert(
        fc.property(histories, (history) => void live(history, checkTarget)),
        runs,
      );
    });

    test("P6: prune never removes live, target, pinned, strangers', recent or wanted ones, and does remove garbage", () => {
      fc.assert(
        fc.property(histories, fc.nat({ max: 4 }), fc.nat({ max: 300 }), (history, keep, grace) => {
          live(history, (stage) => checkPrune(stage, keep, grace));
        }),
        runs,
      );
    });

    test("P5: what an interrupted run left is concluded once, and then host and ledger agree", () => {
      fc.assert(
        fc.property(histories, (history) => {
          const { world, person } = live(history, () => undefined);
          const facts = factsOf(world);
          const stamp = stampOf(world, "deploy");
          const settled = withoutDebris(facts, findDebris(facts, stamp));
          expect(findDebris(settled, stamp)).toMatchObject({ entries: [], discard: [] });
          const half = settled.releases.filter(({ id, sealed }) => id.startsWith("R") && !sealed);
          expect(half.filter(({ id, leftAgo }) => leftAgo === null && !person.pinned.has(id) && id !== facts.live)).toEqual([]);
        }),
        runs,
      );
    });

    test("P7: rolling back again and again visits every good release once, and then refuses", () => {
      fc.assert(
        fc.property(histories, (history) => {
          const stage = live(history, () => undefined);
          recoverAndLook(stage);
          const { world, person } = stage;
          const way = person.back.filter((id) => canServe(stage, id)).toReversed();
          for (const step of world.live === null ? [] : way) {
            const target = rollbackTarget(factsOf(world), { afterReturn: "allowed" });
            expect(target).toMatchObject({ ok: true, release: step });
            play(world, rollback(step, world.live));
          }
          expect(rollbackTarget(factsOf(world), { afterReturn: "allowed" }).ok).toBe(false);
        }),
        runs,
      );
    });
  });

  describe("over random histories with a damaged ledger", () => {
    test("P6: prune and recovery never remove what is live, pinned by a surviving line, recent or a stranger's", () => {
      fc.assert(
        fc.property(histories, wounds, fc.nat({ max: 4 }), fc.nat({ max: 300 }), (history, harms, keep, grace) => {
          const { world } = live(history, () => undefined);
          const facts = damagedFacts(world, harms);
          const debris = findDebris(facts, stampOf(world, "deploy"));
          const settled = withoutDebris(facts, debris);
          const { remove: doomed } = pruneCandidates(settled, { keep, grace });
          const removed = [...doomed, ...debris.discard];
          const lastPin = (id: string): string | undefined =>
            world.entries.findLast(
              ({ kind, release }) => release === id && (kind === "pinned" || kind === "unpinned" || kind === "pruned"),
            )?.kind;
          const survives = (id: string): boolean =>
            facts.entries.some(({ release, kind }) => release === id && kind === "pinned");
          const preparing = (id: string): boolean =>
            facts.entries.some(({ release, kind }) => release === id && kind === "preparing");
          const target = rollbackTarget(settled, { afterReturn: "allowed" });

          expect(removed).not.toContain(world.live);
          if (target.ok) expect(removed).not.toContain(target.release);
          expect(removed.filter((id) => lastPin(id) === "pinned" && survives(id) && !preparing(id))).toEqual([]);
          expect(removed.filter((id) => !facts.entries.some(({ release }) => release === id))).toEqual([]);
          const recent = facts.releases.filter(({ leftAgo }) => leftAgo !== null && leftAgo >= 0 && leftAgo < grace);
          expect(removed.filter((id) => recent.some((fact) => fact.id === id))).toEqual([]);
          // Recovery removes nothing that ever was complete.
          expect(debris.discard.filter((id) => world.dirs.get(id)?.sealed)).toEqual([]);
          expect(findDebris(settled, stampOf(world, "deploy"))).toMatchObject({ entries: [], discard: [] });
        }),
        runs,
      );
    });

    test("P7: a release that a surviving line calls good can be gone to, and a refusal names one", () => {
      fc.assert(
        fc.property(histories, wounds, (history, harms) => {
          const { world } = live(history, () => undefined);
          const facts = damagedFacts(world, harms);
          const settled = withoutDebris(facts, findDebris(facts, stampOf(world, "rollback")));
          const reachable = settled.releases.filter(({ id, sealed }) => {
            const good = facts.entries.findLast(({ release, kind }) => release === id && (kind === "good" || kind === "pruned"));
            return sealed && good?.kind === "good" && id !== world.live;
          });
          for (const { id } of reachable) expect(rollbackTarget(settled, { to: id })).toMatchObject({ ok: true, release: id });
          const target = rollbackTarget(settled, { afterReturn: "allowed" });
          if (!target.ok && reachable.length > 0) expect(target.remedy).toContain("rollback --to ");
          if (target.ok) expect(settled.releases.map(({ id }) => id)).toContain(target.release);
        }),
        runs,
      );
    });

    test("P7: as long as it tells what was good and what was taken back or switched by others, the rest may be lost", () => {
      const needed = new Set(["good", "adopted", "foreign", "returned", "pruned", "live"]);
      fc.assert(
        fc.property(histories, fc.array(fc.boolean(), { minLength: 1 }), (history, drops) => {
          const stage = live(history, () => undefined);
          recoverAndLook(stage);
          const facts = factsOf(stage.world);
          // `switching` is what a return goes back by, so it is lost only where nothing was taken back.
          const returned = facts.entries.some(({ kind }) => kind === "returned");
          const entries = facts.entries.filter(({ kind }, index) => {
            return needed.has(kind) || (returned && kind === "switching") || drops[index % drops.length] !== true;
          });
          const target = (given: HostFacts): object => rollbackTarget(given, { afterReturn: "allowed" });
          expect({ ...target({ ...facts, entries }), warnings: [], remedy: "" }).toEqual({
            ...target(facts),
            warnings: [],
            remedy: "",
          });
        }),
        runs,
      );
    });
  });
}
