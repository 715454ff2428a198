import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type Run, run as start } from "../../host/spawn.ts";
import { sanitizeBlock } from "../../report/sanitize.ts";
import { formatBytes } from "../../report/units.ts";
import { ansibleHosts } from "./ansible.ts";
import { type Found, type InventoryRequest, nameOf, nothingFound } from "./found.ts";
import { printedHosts } from "./printed.ts";

/** With what a program is asked for hosts. */
export interface AskOptions {
  /** The controller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the program. */
  readonly signal: AbortSignal | null;
  /** Milliseconds after which it is ended. Default: a minute. */
  readonly limit?: number;
  readonly run?: Run;
}

// A cloud may have to be asked; Ctrl-C ends it at once.
const LIMIT = 60_000;
/** Bytes. A thousand hosts with all their variables are a fraction of it. */
const MOST = 16_000_000;

/** Runs what names the hosts of an environment. Rejects only if the signal is aborted. */
export async function askInventory(request: InventoryRequest, options: AskOptions): Promise<Found> {
  const { ansible, command = "", group } = request.inventory;
  if (ansible === undefined) return printed(await output(request, ["/bin/sh", "-c", command], options.env, options), request);
  const path = resolve(request.directory, ansible);
  if (!(await exists(path)))
    return nothingFound("ansible", `There is no inventory ${path}\nCorrect the path: it is relative to the folder of this file.`);
  // Otherwise one that nobody can read is one without hosts.
  const env = { ANSIBLE_INVENTORY_UNPARSED_FAILED: "true", ...options.env, ANSIBLE_NOCOLOR: "1" };
  const said = await output(request, ["ansible-inventory", "--list", "-i", path], env, options);
  return printed(said, request, (value) => ansibleHosts(value, "ansible", group));
}

interface Said {
  readonly text: string;
  readonly warned: string;
}

type Printed = Readonly<Record<string, unknown>>;

function printed(said: Said | Found, request: InventoryRequest, read?: (value: Printed) => Found): Found {
  if ("ok" in said) return said;
  const found = read === undefined ? printedHosts(said.text) : jsonOf(said.text, read);
  if (!found.ok) return found;
  const who = nameOf(request.inventory);
  const about = request.inventory.ansible === undefined ? "command" : "ansible";
  if (found.hosts.length === 0) return nothingFound(about, `${who} named no host${said.warned && `\nIt said: ${said.warned}`}`);
  const warnings = said.warned === "" ? [] : [`${who} said: ${said.warned}`];
  return { ...found, warnings: [...found.warnings, ...warnings] };
}

function jsonOf(text: string, read: (value: Printed) => Found): Found {
  try {
    return read(JSON.parse(text) as Printed);
  } catch {
    return nothingFound("ansible", "What `ansible-inventory --list` printed is no JSON\nTry it by hand.");
  }
}

/** What it printed; or why there is nothing to read. */
async function output(
  request: InventoryRequest,
  [program, ...args]: readonly [string, ...string[]],
  env: AskOptions["env"],
  { signal, limit = LIMIT, run = start }: AskOptions,
): Promise<Said | Found> {
  const about = request.inventory.ansible === undefined ? "command" : "ansible";
  const who = nameOf(request.inventory);
  const late = AbortSignal.timeout(limit);
  const stop = signal === null ? late : AbortSignal.any([late, signal]);
  const ended = await run(program, args, { cwd: request.directory, env, signal: stop, most: MOST }).catch(
    (error: unknown) => error as Error,
  );
  signal?.throwIfAborted();
  if (ended instanceof Error) return nothingFound(about, notStarted(program, ended));
  const warned = lastWords(ended.stderr);
  if (ended.stdout.length + Buffer.byteLength(ended.stderr) > MOST)
    return nothingFound(about, `${who} printed more than ${formatBytes(MOST)}, and was stopped`);
  if (late.aborted)
    return nothingFound(about, `${who} did not name its hosts within ${Math.round(limit / 1000)} s, and was stopped`);
  if (ended.code !== 0)
    return nothingFound(about, `${who} ended with code ${ended.code} and named no hosts${warned && `\nIt said: ${warned}`}`);
  return { text: ended.stdout.toString("utf8"), warned };
}

function notStarted(program: string, error: NodeJS.ErrnoException): string {
  if (error.code !== "ENOENT") return `\`${program}\` cannot be started: ${error.message}`;
  return `\`${program}\`, which reads inventories, is not installed here\nInstall it (Debian: apt-get install ansible-core; elsewhere: pipx install ansible-core), or list the hosts here.`;
}

/** What was said last matters most; Ansible breaks its lines anywhere. */
function lastWords(stderr: string): string {
  const text = sanitizeBlock(stderr).replaceAll(/\s+/gu, " ").trim();
  return text.length > LONGEST ? `... ${text.slice(-LONGEST)}` : text;
}

const LONGEST = 400;

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
