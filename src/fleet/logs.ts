import type { CommandContext, LogsOptions } from "../api.ts";
import type { LogSource, ResolvedConfig, ResolvedHost } from "../config/resolved.ts";
import { didYouMean } from "../config/suggest.ts";
import { HostFailure, UserError } from "../errors.ts";
import { onAbort } from "../host/abort.ts";
import { textOf, type ByteString } from "../host/bytes.ts";
import { follow, MOST_LOGS } from "../host/hands.ts";
import type { HostLogs, LogsDocument } from "../report/hands.ts";
import { createLineSplitter, type LineSplitter } from "../report/line-splitter.ts";
import { chosenHosts, withHands } from "./hands.ts";
import type { Member } from "./member.ts";
import type { Ports } from "./ports.ts";
import { notice, startRun, warn, type FleetRun } from "./run.ts";

/** Follows logs of hosts at once until the signal aborts; or shows their last lines. */
export async function logs(context: CommandContext, options: LogsOptions, ports: Ports): Promise<LogsDocument> {
  const { lines = 10, follow: onward = true } = options;
  const hosts = chosenHosts(context.config, options);
  const wanted = new Map(hosts.map((host) => [host.name, logsOf(host, options.name)]));
  const having = hosts.filter((host) => (wanted.get(host.name) ?? []).length > 0);
  if (having.length === 0) throw noLogs(context.config, hosts, options.name);
  const run = startRun("logs", context, ports, []);
  const followers = new Map<string, readonly Follower[]>();
  const members = await withHands(run, having, async (member) => {
    const own = (wanted.get(member.name) ?? []).map(
      ([name, source], _, all) => new Follower({ run, member, name, source, alone: all.length === 1, keep: !onward }),
    );
    followers.set(member.name, own);
    await followOn(run, member, own, { lines, onward });
  });
  const { app, environment } = context.config;
  return { schema: 1, app, environment, followed: onward, hosts: members.map((member) => rowOf(member, followers)) };
}

function rowOf(member: Member, followers: ReadonlyMap<string, readonly Follower[]>): HostLogs {
  const logs = (followers.get(member.name) ?? []).map(({ name, count, lines, problem }) => ({ name, count, lines, problem }));
  return { host: member.name, logs, error: member.error };
}

type Named = readonly [name: string, source: LogSource];

/** Throws UserError where there are more than can be followed at once. */
function logsOf(host: ResolvedHost, name: string | undefined): readonly Named[] {
  const found = Object.entries(host.logs).filter(([own]) => name === undefined || own === name);
  if (found.length <= MOST_LOGS) return found;
  throw new UserError({
    kind: "too-many-logs",
    message: `${host.name} has ${found.length} logs; ${MOST_LOGS} can be followed at once.`,
    remedy: `Name one: ${found.map(([own]) => own).join(", ")}.`,
  });
}

function noLogs({ environment }: ResolvedConfig, hosts: readonly ResolvedHost[], name: string | undefined): UserError {
  const names = [...new Set(hosts.flatMap((host) => Object.keys(host.logs)))];
  const write = "Write `logs: { app: shared/log/production.log }` into the configuration.";
  return new UserError({
    kind: "no-such-log",
    message: name === undefined ? `No logs are configured for ${environment}.` : `There is no log \`${name}\` in ${environment}.`,
    remedy: names.length === 0 ? write : `${didYouMean(name ?? "", names).trim()} There are: ${names.join(", ")}.`.trim(),
  });
}

/** Resolves when it was stopped, which is how following ends. Throws HostFailure if the host could not go on. */
async function followOn(
  run: FleetRun,
  member: Member,
  followers: readonly Follower[],
  { lines, onward }: { readonly lines: number; readonly onward: boolean },
): Promise<void> {
  const { signal } = run.context;
  const began = { heard: false };
  let sending: Follower | undefined;
  // Whoever was not reached yet cannot be told to stop.
  const forget = onAbort(signal, () => void (began.heard || member.close()));
  const onLine = (line: ByteString): void => {
    began.heard = true;
    const [word = "", index = "", ...text] = textOf(line).split(" ");
    const follower = followers[Number(index)];
    if (word === "log") sending = follower;
    else follower?.hear(word, text.join(" "));
  };
  const onOutput = (chunk: Buffer): void => sending?.splitter.write(chunk);
  const request = follow(
    lines,
    onward,
    followers.map(({ source }) => source),
  );
  try {
    await member.ask(request, { onLine, onOutput, endless: true, signal, within: () => Infinity });
  } catch (error) {
    if (!(error instanceof HostFailure && error.kind === "cancelled" && signal.aborted)) throw error;
  } finally {
    forget();
    for (const { splitter } of followers) splitter.end();
  }
}

interface Following {
  readonly run: FleetRun;
  readonly member: Member;
  readonly name: string;
  readonly source: LogSource;
  /** No other log of this host is told. */
  readonly alone: boolean;
  /** Only what is there is wanted, and kept for the document. */
  readonly keep: boolean;
}

/** One log of one host: what it says, and what is said about it. */
class Follower {
  readonly name: string;
  readonly source: LogSource;
  readonly splitter: LineSplitter;
  readonly lines: string[] = [];
  count = 0;
  problem: string | null = null;
  readonly #run: FleetRun;
  readonly #member: Member;
  readonly #onward: boolean;

  constructor({ run, member, name, source, alone, keep }: Following) {
    this.name = name;
    this.source = source;
    this.#run = run;
    this.#member = member;
    this.#onward = !keep;
    const say = (line: string): void => {
      this.count += 1;
      if (keep) this.lines.push(line);
      run.emit({ kind: "output", host: member.name, point: "logs", line, ...(alone ? {} : { log: name }) });
    };
    this.splitter = createLineSplitter(say, { mask: run.masker });
  }

  hear(word: string, text: string): void {
    const [run, host, what] = [this.#run, this.#member.name, `${this.name} (${this.#where})`];
    if (word === "log-missing") this.#refuse(this.#missing(what));
    else if (word === "log-refused") this.#refuse(`${what} cannot be followed: ${run.masker(text)}.`);
    else if (word === "log-found") {
      this.problem = null;
      notice(run, host, `${what} is there now.`);
    }
  }

  /** The journal has no list of units: one that is misspelt is one without entries. */
  #missing(what: string): string {
    const [none, them] =
      this.source.kind === "file" ? [`There is no ${what}`, "it"] : [`There are no entries of ${what}`, "them"];
    return this.#onward ? `${none} so far: waiting for ${them}.` : `${none}.`;
  }

  #refuse(text: string): void {
    this.problem = text;
    warn(this.#run, this.#member.name, text);
  }

  get #where(): string {
    return this.source.kind === "file" ? this.source.path : this.source.unit;
  }
}
