import { resolve } from "node:path";
import { UserError } from "../../errors.ts";
import { sanitizeBlock } from "../../report/sanitize.ts";
import type { SharedDiffDocument, SharedGetDocument } from "../../report/shared-documents.ts";
import { sharedDiffLines, sharedGetLines, sharedListLines } from "../../report/tables/shared.ts";
import type { CliContext } from "../context.ts";
import { ExitCode, exitCodeOfHosts } from "../exit-codes.ts";
import type { GlobalFlags } from "../options.ts";
import { runReporting, runShowing, type Call } from "../session.ts";
import { sharedWords, type SharedAction, type SharedWords } from "../shared-words.ts";

interface SharedFlags {
  readonly from?: string;
  readonly host?: string;
  readonly to?: string;
  readonly force: boolean;
}

type Flags = GlobalFlags & SharedFlags;

/** What each action is called with. */
interface Called {
  readonly cli: CliContext;
  readonly flags: Flags;
  readonly call: Call;
  readonly path: string;
  readonly host: { readonly host?: string };
}

export default async function shared(cli: CliContext, flags: Flags, ...given: readonly (string | undefined)[]): Promise<void> {
  const words = await sharedWords(
    cli,
    flags,
    given.filter((word) => word !== undefined),
  );
  const problem = words.problem ?? problemOf(words, flags, cli.world.program);
  const { action, path, environment } = words;
  const call: Call = {
    command: `shared ${action}`,
    flags,
    environment,
    words: path === "" ? [] : [path],
    ...(problem === null ? {} : { problem }),
  };
  await ACTIONS[action]({ cli, flags, call, path, host: flags.host === undefined ? {} : { host: flags.host } });
}

const ACTIONS: { readonly [Each in SharedAction]: (called: Called) => Promise<void> } = { list, put, get, diff };

async function list({ cli, call, host }: Called): Promise<void> {
  const shown = {
    lines: sharedListLines,
    exitCode: (document: Parameters<typeof sharedListLines>[0]) => exitCodeOfHosts(document.hosts),
  };
  await runShowing(cli, call, ({ api, context }) => api.sharedList(context, host), shown);
}

async function put({ cli, flags, call, path, host }: Called): Promise<void> {
  await runReporting(cli, call, async ({ api, context }) => {
    const from = await sourceOf(cli, flags.from ?? "");
    return api.sharedPut(context, { path, from, force: flags.force, ...host });
  });
}

async function get({ cli, flags, call, path, host }: Called): Promise<void> {
  const to = flags.to === undefined ? {} : { to: place(cli, flags.to) };
  const shown = { lines: shownText(cli, flags), exitCode: () => ExitCode.done };
  await runShowing(cli, call, ({ api, context }) => api.sharedGet(context, { path, force: flags.force, ...to, ...host }), shown);
}

/** Byte for byte into a pipe or file; to a terminal without what it would obey. */
function shownText({ world }: CliContext, flags: Flags): (...args: Parameters<typeof sharedGetLines>) => readonly string[] {
  return (document: SharedGetDocument, options) => {
    if (document.text === null) return flags.quiet ? [] : sharedGetLines(document, options);
    if (world.stdout.isTTY) return sanitizeBlock(document.text).replace(/\n$/, "").split("\n");
    world.stdout.write(document.text);
    return [];
  };
}

async function diff({ cli, flags, call, path, host }: Called): Promise<void> {
  const act = async ({
    api,
    context,
  }: Parameters<Parameters<typeof runShowing<SharedDiffDocument>>[2]>[0]): Promise<SharedDiffDocument> => {
    const from = flags.from === undefined ? {} : { from: await sourceOf(cli, flags.from) };
    return api.sharedDiff(context, { path, ...from, ...host });
  };
  await runShowing(cli, call, act, { lines: sharedDiffLines, exitCode: exitCodeOfDiff });
}

function exitCodeOfDiff(document: SharedDiffDocument): ExitCode {
  const unknown = exitCodeOfHosts(document.hosts);
  return document.equal || unknown !== ExitCode.done ? unknown : ExitCode.partial;
}

function sourceOf(cli: CliContext, from: string): string | Promise<Uint8Array> {
  return from === "-" ? cli.world.readInput(LARGEST_INPUT) : place(cli, from);
}

/** What is taken from standard input is held in memory. */
const LARGEST_INPUT = 16 * 1024 * 1024;

function place({ world }: CliContext, file: string): string {
  return resolve(world.directory ?? "/", file);
}

function problemOf({ action, path }: SharedWords, flags: Flags, program: string): UserError | null {
  const wrong = (message: string): UserError =>
    new UserError({ kind: "usage", message, remedy: `Type \`${program} shared --help\` for examples.` });
  if (flags.from !== undefined && (action === "list" || action === "get"))
    return wrong(`--from belongs to \`shared put\` and \`shared diff\`, not to \`shared ${action}\`.`);
  if (flags.to !== undefined && action !== "get") return wrong(`--to belongs to \`shared get\`, not to \`shared ${action}\`.`);
  if (flags.force && action !== "put" && action !== "get")
    return wrong(`--force belongs to \`shared put\` and \`shared get\`, not to \`shared ${action}\`.`);
  if (action === "put" && flags.from === undefined)
    return wrong(`Say what to put there: shared put ${path} --from FILE, or --from - for standard input.`);
  return null;
}
