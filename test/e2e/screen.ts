import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A window of a real terminal emulator, tmux, in which a command runs: what a person would see can be read off it. */
export interface Screen {
  /** The lines that stand there now. */
  lines(): string[];
  /** The same with all that has scrolled away; what the terminal broke into several lines for want of room is one line. */
  all(): string[];
  resize(columns: number, rows: number): void;
  /** Presses a key, by tmux's name of it. */
  press(key: string): void;
  /** Whether the cursor is shown and long lines are broken, as whoever comes next expects. */
  isAsBefore(): boolean;
  close(): void;
}

export interface ScreenOptions {
  readonly columns: number;
  readonly rows: number;
  /** For sh; the window stays open when it has ended. */
  readonly command: string;
  readonly cwd: string;
}

export function openScreen({ columns, rows, command, cwd }: ScreenOptions): Screen {
  const scratch = mkdtempSync(join(tmpdir(), "slh-screen-"));
  const env = { PATH: process.env["PATH"], HOME: scratch, LC_ALL: "C.UTF-8", TERM: "xterm-256color" };
  const tmux = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync("tmux", ["-S", join(scratch, "socket"), "-f", "/dev/null", ...args], {
      cwd: scratch,
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`tmux ${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  const size = ["-x", String(columns), "-y", String(rows)];
  tmux("new-session", "-d", "-c", cwd, ...size, `${command}; sleep 600`);
  const shown = (...more: readonly string[]): string[] =>
    tmux("capture-pane", "-p", ...more)
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd());
  return {
    lines: () => shown(),
    all: () => shown("-J", "-S", "-"),
    resize: (width, height) => void tmux("resize-window", "-x", String(width), "-y", String(height)),
    press: (key) => void tmux("send-keys", key),
    isAsBefore: () => tmux("display-message", "-p", "#{cursor_flag} #{wrap_flag}").trim() === "1 1",
    close: () => {
      tmux("kill-server");
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
