import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { root } from "../../../scripts/files.mjs";
import { findProgram } from "../../hosts/machine.ts";

/** A build to run: a Jenkinsfile of a path, or its text. */
export interface Build {
  readonly script?: string;
  readonly file?: string;
  readonly credentials?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  /** Whoever is asked says yes. */
  readonly approves?: boolean;
  readonly cookie?: string;
  /** Each agent checks out what this branch leads to by then. Default: the workspace stays as it is. */
  readonly branch?: string;
  /** What somebody does in the workspace's repository, as lines of a shell, while somebody else is asked. */
  readonly meanwhile?: string;
}

/** How it ended. */
export interface Built {
  readonly result: "SUCCESS" | "UNSTABLE" | "FAILURE" | "ABORTED" | "DEFECT";
  readonly log: string;
  /** What steps other than `sh` did, in order. */
  readonly did: readonly string[];
  readonly displayName: string;
  readonly description: string | null;
  readonly answer: Readonly<Record<string, unknown>> | null;
}

/** Groovy with stubs of the steps, which runs builds one after the other. */
export interface Jenkins {
  run(build: Build): Promise<Built>;
  stop(): Promise<void>;
}

/** Whether there is what it takes. */
export const hasGroovy = findProgram("groovy") !== undefined && findProgram("java") !== undefined;

/** `through`: words that start it, `nsenter …`. */
export function startJenkins(
  workspace: string,
  environment: Readonly<Record<string, string>>,
  through: readonly string[] = [],
): Jenkins {
  const stub = join(dirname(fileURLToPath(import.meta.url)), "stub");
  mkdirSync(`${workspace}@tmp`, { recursive: true });
  const [first, ...words] = [...through, "groovy", "-cp", stub, join(stub, "Builds.groovy")];
  const child = spawn(first, words, {
    env: { ...process.env, JAVA_HOME: javaHome(), JAVA_OPTS: "-Xshare:auto -XX:TieredStopAtLevel=1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = new Promise<void>((resolve) => void child.on("close", () => resolve()));
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
  return {
    run: async (build) => {
      const answered = new Promise<string>((resolve) => waiting.push(resolve));
      child.stdin.write(`${JSON.stringify({ ...build, workspace, library: root, environment })}\n`);
      return JSON.parse(await Promise.race([answered, closed.then(() => "{}")])) as Built;
    },
    stop: async () => {
      // It may be in a build that a failed test has left.
      child.kill();
      await closed;
    },
  };
}

/** Sends a signal to every process that Jenkins would know by this cookie; how many there were. */
export function signalByCookie(cookie: string, signal: NodeJS.Signals): number {
  const pids = readdirSync("/proc").filter(
    (name) => /^\d+$/u.test(name) && environmentOf(name).includes(`JENKINS_SERVER_COOKIE=${cookie}\0`),
  );
  for (const pid of pids) process.kill(Number(pid), signal);
  return pids.length;
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

/** Debian's groovy does not find it by itself. */
function javaHome(): string {
  return process.env["JAVA_HOME"] ?? "/usr/lib/jvm/default-java";
}
