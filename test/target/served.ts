import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { cameBack } from "../../src/check/answer.ts";
import { judge, type Verdict } from "../../src/check/judge.ts";
import { needsOf, stoppedAfter, valuesOf, type Tool, type Values } from "../../src/check/probe.ts";
import type { HttpCheck, TcpCheck } from "../../src/config/checks.ts";
import { HostFailure } from "../../src/errors.ts";
import { bytesFrom, bytesOf, type ByteString } from "../../src/host/bytes.ts";
import * as requests from "../../src/host/requests.ts";
import { parseFacts } from "../../src/plan/facts.ts";
import { busyboxPath, findProgram } from "../hosts/machine.ts";
import type { Bench } from "./bench.ts";
import { scratch } from "./kinds.ts";

export const RELEASES = { release: "20260102T030405Z", previous: "20250101T000000Z" } as const;
const LIMITS = { on: { kind: "all" }, within: 0, interval: 1, consecutive: 1, timeout: 10, as: null, path: [] } as const;

export function httpCheck(url: string, more: Partial<HttpCheck> = {}): HttpCheck {
  const nothing = { status: [], body: null, header: {}, release: null, send: {}, connect: null, unixSocket: null, ca: null };
  return { kind: "http", url, ...nothing, ...LIMITS, ...more };
}

export function tcpCheck(host: string, port: number): TcpCheck {
  return { kind: "tcp", host, port, ...LIMITS };
}

/** Programs with which checks could be carried out: a host has the ones that a test gives it. */
const TOOLS = /^(?:curl|wget2?|perl[\d.]*|python[\d.]*|pypy[\d.]*|bash|nc(?:\..*)?|netcat|ncat|busybox)$/;

/** A directory with all programs of this machine but those, as the only entry of PATH, and with some of those. */
export function pathOf(tools: Readonly<Record<string, string>>): string {
  const directory = join(scratch, `tools-${Object.keys(tools).join("-") || "none"}-${Math.random().toString(36).slice(2)}`);
  mkdirSync(directory);
  for (const folder of ["/usr/sbin", "/usr/bin"])
    for (const name of readdirSync(folder)) {
      if (TOOLS.test(name)) continue;
      rmSync(join(directory, name), { force: true });
      symlinkSync(join(folder, name), join(directory, name));
    }
  for (const [name, path] of Object.entries(tools)) symlinkSync(path, join(directory, name));
  return directory;
}

/** For each program of this machine that can carry out a check: what to put into PATH. */
export function toolsHere(): readonly (readonly [tool: Tool, tools: Readonly<Record<string, string>>])[] {
  const known: readonly (readonly [Tool, string, string | undefined])[] = [
    ["curl", "curl", findProgram("curl")],
    ["perl", "perl", findProgram("perl")],
    ["python3", "python3", python()],
    ["wget", "wget", findProgram("wget")],
    ["busybox-wget", "wget", busyboxPath()],
    ["bash", "bash", findProgram("bash")],
    ["busybox-nc", "nc", busyboxPath()],
  ];
  return known.flatMap(([tool, name, path]) => (path === undefined ? [] : [[tool, { [name]: path }] as const]));
}

/** Not what a version manager puts in its place, which needs a shell that is not in our PATH. */
function python(): string | undefined {
  const program = findProgram("python3");
  if (program === undefined) return undefined;
  return execFileSync(program, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
}

/** Which program of a host would carry out a check; null: none. */
export async function toolOf(bench: Bench, check: HttpCheck | TcpCheck, index = 0): Promise<Tool | null> {
  const lines = await bench.ask(requests.findCheckTool({ index, needs: needsOf(check), as: check.as, path: check.path }));
  const found = parseFacts(lines as ByteString[]).checkTools.get(index);
  if (found === undefined) throw new Error(`No answer: ${lines.join("\n")}`);
  return found.tool;
}

/** One attempt, as the fleet makes it, by the program that the host itself names. */
export async function attempt(
  bench: Bench,
  check: HttpCheck | TcpCheck,
  { send = {}, signal }: { send?: Values; signal?: AbortSignal } = {},
): Promise<Verdict & { readonly tool: Tool; readonly bytes: number }> {
  const tool = await toolOf(bench, check);
  if (tool === null) throw new Error("No program can do it.");
  const sent = check.kind === "http" ? { ...(check.send as Values), ...send } : {};
  const chunks: Buffer[] = [];
  const mark = "0123456789abcdef";
  const call = {
    tool,
    values: valuesOf(check, tool, sent),
    mark,
    hidden: bytesOf(""),
    ...check,
    timeout: stoppedAfter(check, tool),
  };
  const options = { onOutput: (chunk: Buffer) => void chunks.push(chunk), ...(signal === undefined ? {} : { signal }) };
  try {
    await bench.ask(requests.checkAttempt(call), options);
  } catch (error) {
    if (!(error instanceof HostFailure) || error.kind !== "task-timeout") throw error;
  }
  const printed = Buffer.concat(chunks);
  return { ...judge(check, tool, cameBack(bytesFrom(printed), mark), RELEASES), tool, bytes: printed.length };
}

/** A server of raw bytes: what is said to whoever has asked. Ends with all its connections. */
export async function speaker(
  answer: (socket: Socket, request: string) => void,
  where: { readonly host?: string; readonly path?: string } = {},
): Promise<{ readonly port: number; readonly asked: string[]; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    let request = "";
    socket.on("data", (chunk: Buffer) => {
      request += chunk.toString("latin1");
      if (!request.includes("\r\n\r\n")) return;
      asked.push(request);
      answer(socket, request);
      request = "";
    });
  });
  await new Promise<void>((resolve) =>
    where.path === undefined ? server.listen(0, where.host ?? "127.0.0.1", resolve) : server.listen(where.path, resolve),
  );
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
