import type { ChildProcess } from "node:child_process";
import { expect } from "vitest";
import type { Event } from "../../src/report/events.ts";
import type { Report } from "../../src/report/report.ts";
import type { Crowd } from "./crowd.ts";

/** Connections that may be made at once. */
export const CONNECT = 6;

/** What a deploy did, as its `--events` tell it. */
export interface Told {
  readonly code: number | null;
  readonly events: readonly Event[];
  readonly report: Report;
  readonly stderr: string;
}

/** Called with each event, as it comes, and with the program. */
export type See = (event: Event, program: ChildProcess) => void;

/** Deploys something new. Null where it left no report. */
export type Attempt = (settings: object, see?: See) => Promise<Told | null>;
export type Deploy = (settings: object, see?: See) => Promise<Told>;

export function attemptsOf(crowd: Crowd): Attempt {
  let version = 0;
  return async (settings, see = () => undefined) => {
    crowd.configure({ limits: { connect: CONNECT }, ...settings });
    crowd.project.write({ "index.html": `<p>${++version}</p>\n` });
    crowd.project.commit();
    const events: Event[] = [];
    let rest = "";
    const hear = (program: ChildProcess, chunk: string): void => {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        events.push(JSON.parse(line));
        see(JSON.parse(line), program);
      }
    };
    const { code, stderr } = await crowd.project.slh(["deploy", "--events"], {
      env: crowd.env,
      play: (child) => void child.stdout.on("data", (chunk: string) => hear(child, chunk)),
    });
    expect(stderr).not.toContain("MaxListeners");
    const end = events.findLast((event) => event.kind === "ended");
    return end === undefined ? null : { code, events, report: end.report, stderr };
  };
}

/** The same, which must tell how it ended. */
export function deploysOf(crowd: Crowd): Deploy {
  const attempt = attemptsOf(crowd);
  return async (settings, see) => {
    const told = await attempt(settings, see);
    if (told === null) throw new Error("The deploy left no report.");
    return told;
  };
}
