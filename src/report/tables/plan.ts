import { facts, marked } from "../blocks.ts";
import type { HostPlanDocument, PlanDocument } from "../documents.ts";
import { groupBy, hostsOf } from "../group.ts";
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
  const reached = document.hosts.filter((host) => host.error === null);
  const groups = groupBy(reached, (host) => JSON.stringify({ ...host, host: "" }));
  const warnings = document.warnings.flatMap((warning) => marked(warning, ["warning", "warning  "], options));
  return [
    ...headLines(document, options.theme),
    ...groups.flatMap((group) => ["", ...hostLines(hostsOf(group), group[0], options)]),
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
      ],
      theme,
    ),
  ];
}

function hostLines(names: string, host: HostPlanDocument, options: DocumentOptions): readonly string[] {
  const { theme } = options;
  const problems = host.problems.flatMap((problem) => marked(problem, ["error", "problem  "], options));
  return [
    `${theme("host", names)}${host.unchanged ? ": nothing to do" : ""}`,
    ...problems,
    ...facts(factsOf(host, options), theme),
  ];
}

function factsOf(host: HostPlanDocument, options: DocumentOptions): readonly (readonly [string, string | null])[] {
  const always = [["app root", host.root] as const, ["live", host.live ?? "nothing yet"] as const];
  const lock = ["lock", host.lock === null ? null : lockLine(host.lock, options.now)] as const;
  const clean = ["clean up", list(host.clean)] as const;
  return host.unchanged ? [...always, lock, clean] : [...always, lock, ...changes(host), clean, ["prune", list(host.prune)]];
}

function changes(host: HostPlanDocument): readonly (readonly [string, string | null])[] {
  const copied =
    host.copy === null || host.copy.files === 0 ? null : `${filesAndBytes(host.copy)} from ${host.copy.from.join(", ")}`;
  return [
    ["create", list(host.create)],
    ["send", host.send === null ? "known once it is built" : filesAndBytes(host.send)],
    ["copy", copied],
    ["shared", host.shared.map(sharedLine).join("\n")],
    ...groupBy(host.tasks, (task) => task.point).map(
      (tasks) => [tasks[0].point, tasks.map((task) => shortTask(task.run)).join("\n")] as const,
    ),
  ];
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

function sharedLine({ action, path, hides }: HostPlanDocument["shared"][number]): string {
  return `${action} ${path}${hides === 0 ? "" : ` (in place of ${count(hides, "tracked file")})`}`;
}
