import type { ConfigDocument, ConfigSetting } from "../config-document.ts";
import type { HostAddress, ResolvedHost } from "../../config/resolved.ts";
import type { Cell } from "../table.ts";
import type { DocumentOptions } from "./options.ts";
import { basename } from "node:path";
import { renderTable } from "../table.ts";
import { sanitizeDeep } from "../sanitize.ts";

/** The settings, each with where it comes from, and the hosts. Nothing is cut off: a value that is not shown whole helps nobody here. */
export function configLines(raw: ConfigDocument, { theme }: DocumentOptions): readonly string[] {
  const document = sanitizeDeep(raw);
  const settings = document.settings.map((setting) => settingCells(setting, document));
  const hosts = document.config.hosts?.map(hostCells) ?? [];
  return [
    theme("title", `${document.app} ${document.environment}, from ${document.file}`),
    "",
    ...renderTable(SETTING_COLUMNS, settings, { theme, indent: 2 }),
    "",
    ...renderTable(HOST_COLUMNS, hosts, { theme, indent: 2 }),
  ];
}

const SETTING_COLUMNS = ["setting", "on", "from", "value"].map((title) => ({ title }));
const HOST_COLUMNS = ["host", "address", "roles", "root"].map((title) => ({ title }));

function settingCells(setting: ConfigSetting, { file }: ConfigDocument): readonly Cell[] {
  const value = { text: valueText(setting.value), role: setting.from === "default" ? "quiet" : "release" } as const;
  return [setting.setting, setting.hosts?.join(", ") ?? "", { text: originText(setting, basename(file)), role: "quiet" }, value];
}

function originText({ from, line }: ConfigSetting, file: string): string {
  if (from === "default") return "default";
  if (from === "option") return "command line";
  const place = line === null ? file : `${file}:${line}`;
  return from === "file" ? place : `${place} (${from})`;
}

/** Text as it is where nobody could misread it; anything else as JSON. */
function valueText(value: unknown): string {
  return typeof value === "string" && value.trim() === value && /^[^\p{C}"]+$/u.test(value) ? value : JSON.stringify(value);
}

function hostCells(host: ResolvedHost): readonly Cell[] {
  return [{ text: host.name, role: "host" }, addressText(host.address), host.roles.join(", "), host.root];
}

function addressText(address: HostAddress): string {
  if (address.kind === "local") return "this machine";
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.user === null ? "" : `${address.user}@`}${host}${address.port === null ? "" : `:${address.port}`}`;
}
