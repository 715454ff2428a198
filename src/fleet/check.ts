import type { CommandContext } from "../api.ts";
import type { Task } from "../config/resolved.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import * as requests from "../host/requests.ts";
import { doubts, probeProblems, standingProblems, wantedPrograms, type Probed, type Wanted } from "../plan/check.ts";
import { pair, parseFacts, type Facts, type HostProblem } from "../plan/facts.ts";
import { PHP_REMEDY, phpDoubts } from "../plan/php.ts";
import { leadersByRoot, problemsOfFollower } from "../plan/root-group.ts";
import { programsOf } from "../plan/programs.ts";
import { unescapePath } from "../tree/manifest.ts";
import type { CheckDocument, Finding, HostCheck } from "../report/check-document.ts";
import { checkQuestions } from "./check-tools.ts";
import { withHosts } from "./holds.ts";
import { lockRemedy, whoHolds } from "./lock-words.ts";
import type { Member } from "./member.ts";
import type { Ports } from "./ports.ts";
import { remedyOf } from "./preflight.ts";
import { holdBack, skipLost } from "./reach.ts";
import { PROGRAM_MISSING } from "./remedies.ts";
import { missingSecrets, startRun, type FleetRun } from "./run.ts";
import { tasksFor } from "./tasks.ts";

/** Seconds for a start-up file to end: one that waits for something has no more to say after that. */
const PROBE_WITHIN = 60;

/**
 * Everything that can be known before a deploy and would stop it, or let it fail in the middle: of all hosts at once, each with its remedy.
 * Takes no lock, runs no task, writes nothing on any host.
 */
export async function check(context: CommandContext, ports: Ports): Promise<CheckDocument> {
  const run = startRun("check", context, ports);
  const looking = withHosts(run, (member) => member.phase("check", () => lookAt(run, member)));
  const controller = await aboutController(run);
  const looked = await looking;
  const skipped = skipLost(
    run,
    looked.map(({ member }) => member),
  );
  const leaders = leadersByRoot(looked.map(({ result }) => result?.facts.rootId ?? ""));
  const hosts = looked.map(({ member, result }, index) => {
    if (skipped.includes(member)) return skippedHost(member);
    const leader = leaders[index] ?? null;
    return hostCheck(run, member, result, leader === null ? null : (looked[leader]?.member.name ?? null));
  });
  const { app, environment } = context.config;
  const ok = hosts.every((host) => host.ok) && controller.every(({ level }) => level !== "problem");
  return { schema: 1, app, environment, ok, controller, hosts };
}

interface Looked {
  readonly facts: Facts;
  readonly clockAhead: number;
  readonly problems: readonly HostProblem[];
}

async function lookAt(run: FleetRun, member: Member): Promise<Looked> {
  holdBack(run, member);
  const { host } = member;
  const asked = run.ports.now().getTime();
  const question = requests.look({ ledgerLines: 400, base: false, shared: host.shared });
  const facts = parseFacts(await member.ask(`${question}${checkQuestions(run.context.config, host)}` as ByteString));
  const clockAhead = clockDifference(facts.clock, asked / 1000, run.ports.now().getTime() / 1000);
  const checks = host.check.flatMap((check) => (check.kind === "command" ? [check.task] : []));
  const ofHost = new Set<Task>(tasksFor(run.context.config, host, [...Object.values(host.tasks).flat(), ...checks]));
  const problems: HostProblem[] = [];
  for (const wanted of wantedPrograms(host, (task) => ofHost.has(task))) problems.push(...(await probe(member, wanted)));
  return { facts, clockAhead, problems };
}

/** Whole seconds by which a clock is ahead that was read between two moments of ours: the way there and back is nobody's fault. */
function clockDifference(theirs: number, before: number, after: number): number {
  if (theirs < Math.floor(before)) return Math.ceil(theirs - before);
  return theirs > Math.ceil(after) ? Math.floor(theirs - after) : 0;
}

async function probe(member: Member, wanted: Wanted): Promise<HostProblem[]> {
  const environment = requests.exports(member.host.env);
  const lines = await member.ask(requests.probe({ ...wanted, environment }), { within: () => PROBE_WITHIN });
  return probeProblems(wanted, probedOf(lines));
}

function probedOf(lines: readonly ByteString[]): Probed {
  const said = lines.map(pair).map(([word, rest]) => ({ word, text: textOf(unescapePath(rest) ?? rest) }));
  const all = (word: string): string[] => said.flatMap((line) => (line.word === word ? [line.text] : []));
  return { missing: all("missing"), path: all("path")[0] ?? "", answered: all("probed").length > 0, noise: all("noise") };
}

function hostCheck(run: FleetRun, member: Member, looked: Looked | null, leader: string | null): HostCheck {
  if (looked === null) return { host: member.name, ok: false, about: null, findings: [], error: member.error };
  const { facts, clockAhead } = looked;
  const standing = leader === null ? standingProblems : problemsOfFollower;
  const problems = [...standing(run.context.config, member.host, facts), ...looked.problems];
  const findings = [
    ...problems.map((problem) => finding("problem", problem, member, facts)),
    ...[...doubts(facts, clockAhead), ...phpDoubts(member.host, facts)].map((doubt) => finding("warning", doubt, member, facts)),
    ...lockFindings(run, facts),
    ...(leader === null ? [] : [sharesRoot(leader)]),
  ];
  const { user, system, filesystem, kilobytes, inodes, exists, release } = facts;
  const freeBytes = kilobytes === null ? null : kilobytes * 1024;
  const about = { user, system, filesystem, freeBytes, freeInodes: inodes, clockAhead, exists, live: release.live };
  const ok = findings.every(({ level }) => level !== "problem");
  return { host: member.name, ok, about, findings, error: member.error };
}

/** What is wrong with it does not stop a deploy, which goes on without it. */
function skippedHost({ name, held }: Member): HostCheck {
  const text = `It cannot be reached: a deploy skips it. ${held?.message ?? ""}`.trimEnd();
  const finding = { level: "warning", code: "skipped", text, remedy: held?.remedy ?? "" } as const;
  return { host: name, ok: true, about: null, findings: [finding], error: null };
}

function finding(level: Finding["level"], problem: HostProblem, member: Member, { user }: Facts): Finding {
  return { level, code: problem.code, text: `${problem.text}.`.replace(/\.\.$/, "."), remedy: remedyFor(problem, member, user) };
}

function remedyFor(problem: HostProblem, member: Member, user: string): string {
  switch (problem.code) {
    case "program-missing":
      return PROGRAM_MISSING;
    case "task-shell":
      return "Install that shell there, or mend its start-up files: they must end by themselves, without a terminal and without input.";
    case "sudo":
      if (problem.text.includes("unknown user")) return "Create that user there, or correct `as` in the configuration.";
      return `On the host: visudo -f /etc/sudoers.d/symlink-helper, and the line: ${user} ALL=(ALL) NOPASSWD: /bin/sh (or fewer users than ALL).`;
    case "clock":
      return "Let it be set by the network: timedatectl set-ntp true";
    case "php-link":
      return PHP_REMEDY;
    case "foreign":
      return "It is left alone for ever. Move it away if it is not wanted.";
    case "foreign-current":
      return "The first deploy replaces the link. Note where it leads, if you may want to go back by hand.";
    case "little-space":
      return "Free some, before a release fills the disk in the middle: df -h and df -i tell how much is left.";
    default:
      return remedyOf(problem, member, user);
  }
}

function lockFindings({ context, commands }: FleetRun, { lock }: Facts): Finding[] {
  const { record } = lock;
  if (record === null) return [];
  const text = `It is ${whoHolds(record, context)}.`;
  return [
    {
      level: record.kind === "hold" ? "problem" : "warning",
      code: "locked",
      text,
      remedy: lockRemedy(record, context, commands),
    },
  ];
}

/** Nothing is wrong with it, if it is meant. */
function sharesRoot(leader: string): Finding {
  const text = `It shares its app root with ${leader}: releases are made and switched there, seen, reloaded and checked on both.`;
  return { level: "remark", code: "shared-root", text, remedy: "" };
}

/** What the controller itself lacks: secrets, and programs that builds begin with. */
async function aboutController({ context, ports }: FleetRun): Promise<Finding[]> {
  const secrets = missingSecrets(context, "deploy").map((name) => ({
    level: "problem" as const,
    code: "secret-missing",
    text: `Tasks need the secret ${name}, which is not in the environment.`,
    remedy: `Set it where you start symlink-helper: export ${name}=…`,
  }));
  const wanted = new Set(context.config.build.flatMap(({ run }) => programsOf(run)));
  const programs: Finding[] = [];
  for (const name of wanted) {
    const { code } = await ports.run("/bin/sh", ["-c", 'command -v "$1"', "sh", name], { env: context.env });
    if (code !== 0) {
      const remedy = "Install it on this computer, or set PATH where you start symlink-helper.";
      programs.push({
        level: "problem",
        code: "program-missing",
        text: `${name} is not found here, and a build needs it.`,
        remedy,
      });
    }
  }
  return [...secrets, ...programs];
}
