import { disarm } from "../disarm.ts";
import type { Event } from "../events.ts";
import { cut } from "../files/cut.ts";
import { headlineOf } from "../files/headline.ts";
import type { ErrorReport, Report } from "../report.ts";
import { sanitizeBlock } from "../sanitize.ts";
import { Phases } from "./phases.ts";
import type { CiStyle, FilePlace } from "./style.ts";

/**
 * The log of GitHub Actions, and of what understands it (Forgejo, Gitea): a group for each phase, annotations for what failed. While others'
 * output is shown, commands are switched off by a word that nobody can know; besides, no line begins with what others wrote.
 * `token` makes such a word.
 */
export function githubStyle(token: () => string): CiStyle {
  const phases = new Phases();
  let open = false;
  let stopped: string | null = null;
  const resume = (): readonly string[] => {
    const lines = stopped === null ? [] : [`::${stopped}::`];
    stopped = null;
    return lines;
  };
  const stop = (): readonly string[] => {
    if (stopped !== null) return [];
    stopped = token();
    return [`::stop-commands::${stopped}`];
  };
  const close = (): readonly string[] => {
    const lines = open ? [...resume(), "::endgroup::"] : resume();
    open = false;
    return lines;
  };
  return {
    begin: (secrets) => masked(secrets).map((line) => command("add-mask", {}, line)),
    before: (event) => {
      if (event.kind === "output") return stop();
      // What went wrong must be seen without opening anything.
      if (isFailure(event)) return close();
      const phase = phases.begins(event);
      if (phase === null) return [];
      const lines = [...close(), command("group", {}, sanitizeBlock(phase))];
      open = true;
      return lines;
    },
    end: (report, places) => [...close(), ...annotations(report, places), ...(hasOutput(report) ? stop() : [])],
    after: resume,
  };
}

/** The runner hides what it was told line by line. Short lines of a longer secret (`{`, `---`) would hide half of every log. */
function masked(secrets: readonly string[]): readonly string[] {
  const lines = secrets.flatMap((secret) => {
    const [only = "", ...more] = secret.split(/\r\n|\r|\n/u).filter((line) => line.trim() !== "");
    return more.length === 0
      ? [only.trim()]
      : [only, ...more].map((line) => line.trim()).filter(({ length }) => length >= SHORTEST);
  });
  return [...new Set(lines)].filter((line) => line !== "");
}

function isFailure(event: Event): boolean {
  return (
    event.kind === "failed" || (event.kind === "task-ended" && event.code !== 0) || (event.kind === "phase-ended" && !event.ok)
  );
}

function hasOutput({ error, hosts }: Report): boolean {
  return [error, ...hosts.map((host) => host.error)].some((each) => each?.output !== undefined);
}

/** One for each thing that is wrong, as many as GitHub shows of a step. */
function annotations(report: Report, places: readonly FilePlace[]): readonly string[] {
  const ofHosts = report.hosts.flatMap(({ host, outcome, error }) =>
    error === null || outcome === "skipped"
      ? []
      : [annotation(error.phase === undefined ? host : `${host}: ${error.phase}`, error)],
  );
  const own = report.error === null || places.length > 0 ? [] : [annotation(headlineOf(report), report.error)];
  const all = [...places.map(atPlace), ...own, ...ofHosts];
  if (all.length <= MOST) return all;
  const more = command(
    "error",
    { title: "More went wrong" },
    `And ${all.length - MOST + 1} more, in the log and in the summary.`,
  );
  return [...all.slice(0, MOST - 1), more];
}

function annotation(title: string, { message, remedy }: ErrorReport): string {
  return command(
    "error",
    { title: cut(title, LONGEST_TITLE) },
    cut([message, remedy].filter((text) => text !== "").join("\n"), LONGEST),
  );
}

function atPlace({ file, line, column, message }: FilePlace): string {
  const place = line === 0 ? {} : { line: String(line), col: String(column) };
  return command("error", { title: "Configuration", file, ...place }, cut(message, LONGEST));
}

/** As GitHub's own toolkit escapes: `%` first, then line breaks, in properties also what ends one. */
export function command(name: string, properties: Readonly<Record<string, string>>, data: string): string {
  const said = Object.entries(properties).map(
    ([key, value]) => `${key}=${escaped(shown(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`,
  );
  const text = name === "add-mask" ? data : shown(data);
  return `::${name}${said.length === 0 ? "" : ` ${said.join(",")}`}::${escaped(text)}`;
}

function shown(text: string): string {
  return sanitizeBlock(text).split("\n").map(disarm).join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

const SHORTEST = 4;
/** GitHub shows so many errors of a step. */
const MOST = 10;
const LONGEST = 2000;
const LONGEST_TITLE = 200;
