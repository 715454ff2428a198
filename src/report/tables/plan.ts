import { facts, marked, wrapAround } from "../blocks.ts";
import { commitWords } from "../commits.ts";
import type { HostPlanDocument, PlanDocument, TaskPlanRow } from "../documents.ts";
import { currentWords } from "../current.ts";
import { groupBy, hostsOf, someHosts } from "../group.ts";
import { FEW_HOSTS } from "../progress.ts";
import { shortTask } from "../rows.ts";
import { sanitizeDeep } from "../sanitize.ts";
import type { Theme } from "../theme.ts";
import { count, formatBytes } from "../units.ts";
import { lockLine } from "./lock-line.ts";
import type { DocumentOptions } from "./options.ts";
import { shortRevision } from "./status.ts";
import { unreachedLines } from "./unreached.ts";

/** What `deploy` would do, hosts for which it is the same together. */
export function planLines(raw: PlanDocument, options: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const reached = document.hosts.filter((host) => host.error === null).map(withRootNamed);
  const groups = groupBy(reached, (host) => JSON.stringify(hostLines([{ ...host, host: "", root: "" }], options)));
  const most = groups.toSorted((one, other) => other.length - one.length)[0];
  const warnings = document.warnings.flatMap((warning) => marked(warning, ["warning", "warning  "], options));
  return [
    ...headLines(document, options.theme),
    ...groups.flatMap((group) => ["", ...hostLines(group, options, group === most)]),
    ...(warnings.length === 0 ? [] : ["", ...warnings]),
    ...unreachedLines(document.hosts, options),
  ];
}

function headLines(document: PlanDocument, theme: Theme): readonly string[] {
  const size = document.files === null ? null : filesAndBytes({ files: document.files, bytes: document.bytes ?? 0 });
  const revision = shortRevision(document.revision);
  const source = [document.label, document.label.includes(revision.slice(0, 7)) ? "" : revision]
    .filter((part) => part !== "")
    .join(" ");
  const known = document.tree === null ? "known once it is built" : size;
  return [
    theme(
      document.outcome === "blocked" ? "error" : "title",
      `${document.app} ${document.environment}: ${VERDICTS[document.outcome]}`,
    ),
    "",
    ...facts(
      [
        ["source", source],
        ["tree", known],
        ["commits", (document.commits ? commitWords(document.commits) : []).join("\n")],
        ["waves", (document.waves ?? []).map((hosts, at) => `${at + 1}: ${someHosts(hosts)}`).join("\n")],
        ["tell", (document.notify ?? []).map(({ who, on }) => `${who} (${on.join(", ")})`).join("\n")],
      ],
      theme,
    ),
  ];
}

/** The app root is another path on each host, but means the same. */
function withRootNamed(host: HostPlanDocument): HostPlanDocument {
  return { ...host, create: host.create.map((path) => (path === host.root ? "the app root" : path)) };
}

type Group = readonly [HostPlanDocument, ...HostPlanDocument[]];

/** Hosts for which all is the same, but for where the app is. `most`: whoever is named nowhere else is one of them. */
function hostLines(group: Group, options: DocumentOptions, most = false): readonly string[] {
  const { theme } = options;
  const [host] = group;
  const crowd = `${count(group.length, "host")} (${someHosts(group.map((one) => one.host))})`;
  const names = most && group.length > FEW_HOSTS ? crowd : hostsOf(group);
  return [`${theme("host", names)}${host.unchanged ? ": nothing to do" : ""}`, ...facts(factsOf(group, options), theme)];
}

type Pair = readonly [label: string, value: string | null];

function factsOf(group: Group, options: DocumentOptions): readonly Pair[] {
  const [host] = group;
  const always: readonly Pair[] = [
    ["app root", rootsOf(group)],
    ["live", liveOf(host)],
    ["lock", host.lock === null ? null : lockLine(host.lock, options.now)],
    ["problem", problems(host, options)],
  ];
  const clean: Pair = ["clean up", list(host.clean)];
  return host.unchanged ? [...always, clean] : [...always, ...changes(host), clean, ["prune", list(host.prune)]];
}

function rootsOf(group: Group): string {
  const roots = groupBy(group, ({ root }) => root);
  const [{ sharesRootWith }] = group;
  if (sharesRootWith !== undefined) return `that of ${sharesRootWith}, where the release is made and switched`;
  if (roots.length > FEW_HOSTS) return `${roots.length} different paths, as ${group[0].root} on ${group[0].host}`;
  return roots.map((same) => (roots.length === 1 ? same[0].root : `${hostsOf(same)}: ${same[0].root}`)).join("\n");
}

function liveOf({ live, ...current }: HostPlanDocument): string {
  if (live !== null) return live;
  const words = currentWords(current);
  return words === null ? "nothing yet" : `no release: ${words}`;
}

/** Beside the other facts, so that the column stays one. */
function problems(host: HostPlanDocument, { theme, width, caller }: DocumentOptions): string {
  const room = width === undefined ? undefined : Math.max(NARROWEST, width - LABELS);
  const lines = host.problems.flatMap((problem) => problem.split("\n")).flatMap((line) => wrapAround(line, room, caller));
  return lines.map((line) => theme("error", line)).join("\n");
}

/** Indent, the longest label there is, and the gap behind it. */
const LABELS = 2 + "beforeSwitch".length + 2;
const NARROWEST = 24;

function changes(host: HostPlanDocument): readonly Pair[] {
  const copied =
    host.copy === null || host.copy.files === 0 ? null : `${filesAndBytes(host.copy)} from ${host.copy.from.join(", ")}`;
  return [
    ["create", list(host.create)],
    ["send", host.send === null ? "known once it is built" : filesAndBytes(host.send)],
    ["copy", copied],
    ["shared", host.shared.map(sharedLine).join("\n")],
    ["reuse", reuseLines(host)],
    ...groupBy(host.tasks, (task) => task.point).map((tasks) => [tasks[0].point, tasks.map(taskLine).join("\n")] as const),
    ["check", list(host.checks ?? [])],
  ];
}

/** What is true of most tasks is not said: that all hosts run them, and that nothing undoes them. */
function taskLine({ run, on = "all", undo = null, skipped = false }: TaskPlanRow): string {
  const notes = [
    ...(skipped ? ["skipped"] : []),
    ...(on === "all" ? [] : [`on: ${on}`]),
    ...(undo === null ? [] : [`undo: ${shortTask(undo, 40)}`]),
  ];
  // Long enough for every line that a `reload` stands for.
  return `${shortTask(run, 160)}${notes.length === 0 ? "" : `  (${notes.join(", ")})`}`;
}

function filesAndBytes(amount: { readonly files: number; readonly bytes: number }): string {
  return `${count(amount.files, "file")}, ${formatBytes(amount.bytes)}`;
}

function list(items: readonly string[]): string {
  return items.join("\n");
}

const VERDICTS: { readonly [Each in PlanDocument["outcome"]]: string } = {
  deploy: "this would be deployed",
  unchanged: "nothing to do, every host serves exactly this already",
  blocked: "a deploy would stop before anything changes",
};

function sharedLine({ action, path, hides, hidden = [] }: HostPlanDocument["shared"][number]): string {
  if (hides === 0) return `${action} ${path}`;
  const shown = hidden.slice(0, SHOWN).join(", ");
  const more = hides > SHOWN ? ` and ${hides - SHOWN} more` : "";
  return `${action} ${path} (in place of ${count(hides, "tracked file")}${shown === "" ? "" : `: ${shown}${more}`})`;
}

function reuseLines({ reuse = [] }: HostPlanDocument): string {
  if (reuse === null) return "known once it is built";
  return reuse
    .map(({ path, from, bytes, skipped }) => {
      if (from === null) return `${path}: made anew`;
      const instead = skipped.length === 0 ? "" : `, instead of: ${skipped.map((task) => shortTask(task, 40)).join(", ")}`;
      return `${path} from ${from} (${formatBytes(bytes ?? 0)}${instead})`;
    })
    .join("\n");
}

/** How many names of hidden files are shown; `--json` has more. */
const SHOWN = 5;
