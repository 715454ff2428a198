import { execFile } from "node:child_process";

/** How a program ended. `code` is null when a signal ended it or it could not be started; `stderr` then says why. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Settings of {@link runCommand}: `env` replaces the whole environment, `signal` kills the program when it aborts. */
export interface CommandOptions {
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** Runs a program to its end with nothing on standard input. Never rejects: a failure is a result like any other. */
export async function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program = "", ...args] = argv;
  return new Promise((resolve) => {
    const child = execFile(program, args, { ...options, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
      else resolve({ code: null, stdout, stderr: `${stderr}${error.message}` });
    });
    child.stdin?.end();
  });
}

/** Runs a program that has to succeed and answers with its standard output. */
export async function mustRun(argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(argv);
  if (code !== 0) throw new Error(`${argv.join(" ")} failed (${code}): ${stderr}`);
  return stdout;
}
