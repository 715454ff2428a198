import type { ReleaseRow } from "../../../src/report/documents.ts";
import type { OldProcess } from "../../../src/report/report.ts";
import type { HostStatus } from "../../../src/report/status-document.ts";
import { plainTheme } from "../../../src/report/theme.ts";
import { connectionLost, NEW, OLD } from "../samples.ts";

const caller = { program: "symlink-helper", config: null };
export const options = { theme: plainTheme, caller, now: Date.parse("2026-11-23T12:00:00Z") };
export const about = { schema: 1, app: "shop", environment: "production" } as const;
export const unreachable = {
  ...connectionLost,
  kind: "unreachable",
  message: "web3 did not answer within 10 s.",
  remedy: "Check that it runs.",
};

export function text(lines: readonly string[]): string {
  return lines.join("\n");
}

export function row(id: string, facts: Partial<ReleaseRow> = {}): ReleaseRow {
  const revision = "3fb2c81d0a6c54e6f1a1c2b7f6a1d0c9e8b7a6f5";
  const createdAt = "2026-11-23T11:45:02Z";
  return {
    id,
    state: "good",
    revision,
    createdAt,
    by: "ann@laptop",
    message: "Fix the login",
    pinned: false,
    bytes: 41_000_000,
    ...facts,
  };
}

export function status(host: string, facts: Partial<HostStatus> = {}): HostStatus {
  return {
    host,
    live: NEW,
    state: "good",
    revision: "v1.4.2",
    since: "2026-11-23T11:45:20Z",
    by: "ann@laptop",
    message: "Fix the login",
    rollbackTo: OLD,
    rollbackRefused: null,
    lock: null,
    findings: [],
    error: null,
    ...facts,
  };
}

export const nobody = { live: null, state: null, revision: null, since: null, by: null, message: null, rollbackTo: null };

export function old(pid: number, name: string, kind: OldProcess["kind"] = "process"): OldProcess {
  return { pid, name, release: OLD, kind };
}
