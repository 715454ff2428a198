import { describe, expect, test } from "vitest";
import type { ErrorReport } from "../../../src/report/report.ts";
import type { HostStatus } from "../../../src/report/status-document.ts";
import { execLines } from "../../../src/report/tables/exec.ts";
import { statusLines } from "../../../src/report/tables/status.ts";
import { NEW, OLD } from "../samples.ts";
import { about, nobody, options, status, text } from "./support.ts";

const ran = { code: 0, directory: "/r", ms: 5, output: "", truncated: false, error: null };

describe("a crowd", () => {
  const names = Array.from({ length: 100 }, (_, index) => `web${index + 1}`);
  const without = (lines: readonly string[]): string => lines.filter((line) => line !== "").join("\n");

  test("of which three differ is three lines in the status, and one for the others", () => {
    const odd: Readonly<Record<string, Partial<HostStatus>>> = {
      web7: { live: OLD, findings: ["A run left something on web7."] },
      web8: { since: "2026-11-23T11:41:20Z", findings: ["A run left something on web8."] },
      web9: { state: "live" },
      web50: { ...nobody },
    };
    const hosts = names.map((name) => status(name, odd[name]));
    const lines = statusLines({ ...about, agree: false, hosts }, options);
    expect(lines.slice(2, 7)).toEqual([
      "  host      live              state  revision  since              by          message",
      `  97 hosts  ${NEW}  good   v1.4.2    18m ago … 14m ago  ann@laptop  Fix the login`,
      `  web7      ${OLD}  good   v1.4.2    14m ago            ann@laptop  Fix the login`,
      `  web9      ${NEW}  live   v1.4.2    14m ago            ann@laptop  Fix the login`,
      "  web50     nothing",
    ]);
    expect(without(lines)).toContain("  web7, web8: A run left something on HOST.");
    expect(lines.length).toBeLessThan(16);
  });

  test("in two halves: the names of one of them", () => {
    const hosts = names.map((name, index) => status(name, index < 45 ? { live: OLD } : {}));
    const lines = statusLines({ ...about, agree: false, hosts }, { ...options, width: 80 });
    expect(text(lines)).toContain("  55 hosts ");
    expect(text(lines)).toContain("  web1 and 44 others ");
    expect(text(lines)).toMatch(/web1 and 44 others:\n {4}web1, web2, .*\n(?: {4}web.*\n)* {4}.*web45\n/);
    expect(text(lines)).not.toContain("web46");
  });

  test("of which some cannot be asked says why once", () => {
    const error = (name: string): ErrorReport => ({
      kind: "unreachable",
      message: `${name} did not answer.`,
      remedy: "Try again.",
    });
    const hosts = names.map((name, index) => status(name, index < 40 ? { ...nobody, error: error(name) } : {}));
    const lines = statusLines({ ...about, agree: true, hosts }, { ...options, width: 80 });
    expect(lines[0]).toContain("is live on 60 of 100 hosts, not every host could be asked");
    expect(lines.filter((line) => line.includes("did not answer"))).toEqual(["  web1 did not answer."]);
    expect(text(lines)).toContain("What web1 says; the others say the like:");
  });

  test("that ran a command is a line for each code", () => {
    const hosts = names.map((host, index) => ({ ...ran, host, ms: index, code: index === 3 ? 1 : 0 }));
    expect(execLines({ ...about, command: "uptime", interrupted: false, hosts }, options)).toEqual([
      "",
      "uptime: 99 of 100 hosts ended with 0",
      "  host      code  took",
      "  99 hosts     0  99ms",
      "  web4         1   3ms",
    ]);
  });

  test("but of a few each has its own line", () => {
    const hosts = names.slice(0, 6).map((host) => ({ ...ran, host }));
    expect(execLines({ ...about, command: "uptime", interrupted: false, hosts }, options)).toHaveLength(3 + 6);
  });
});
