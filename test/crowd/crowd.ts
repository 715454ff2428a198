import { appendFileSync, existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openProject, type Project } from "../e2e/project.ts";
import { type Fleet, startFleet } from "../hosts/fleet.ts";
import { findProgram } from "../hosts/machine.ts";
import { spans, type Span } from "./spans.ts";

/**
 * Many hosts, each with a real ssh, a real conversation and an app root of its own. One sshd plays them all: a kernel with two cores has
 * no room for hundreds.
 */
export interface Crowd {
  /** Names of the hosts: web001 and so on. */
  readonly names: readonly string[];
  readonly project: Project;
  readonly fleet: Fleet;
  /** The release that is live there; null for none. */
  live(name: string): string | null;
  /** Configures the first so many hosts, or all, with these settings. */
  configure(settings: object, hosts?: number): void;
  /** Seconds that the start-up file of a host takes from now on. */
  slow(name: string, seconds: number): void;
  /** Numbers, out here, of the processes of its conversation. */
  processes(name: string): readonly number[];
  /** When connections were being made since the last call: from the start of an ssh to the host's start-up file. */
  connecting(): readonly Span[];
  /** What the program has to be started with for that. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Where each session says which host it is on, and that it has come that far. */
const START_UP = `
case \${CROWD_HOST-} in '') return ;; esac
echo "here $CROWD_HOST $(date +%s%N)" >>"$HOME/sessions"
[ ! -e "$HOME/slow-$CROWD_HOST" ] || sleep "$(cat "$HOME/slow-$CROWD_HOST")"
`;

const HOSTS_KNOWN_AS = "CROWD_HOST";

export async function gather(count: number): Promise<Crowd> {
  const home = { ".bashrc": START_UP, sessions: "" };
  const sshdOptions = { AcceptEnv: HOSTS_KNOWN_AS };
  const fleet = await startFleet({ hosts: 1, home, loginShell: findProgram("bash") ?? "/bin/bash", sshdOptions });
  const [machine] = fleet.hosts;
  if (machine === undefined) throw new Error("There is no machine for the crowd.");
  const names = Array.from({ length: count }, (_, index) => `web${String(index + 1).padStart(3, "0")}`);
  addAliases(fleet.sshConfigFile, names);
  const sessions = join(machine.files, "home", "sessions");
  const project = openProject({ fleet });
  const hosts = names.map((name) => ({ host: name, root: join(fleet.appRoot, name) }));
  const configure: Crowd["configure"] = (settings, first = count) =>
    project.configure({ environments: { production: { hosts: hosts.slice(0, first) } }, ...settings });
  configure({});
  const env = { PATH: `${writeSsh(fleet.directory, sessions)}:${process.env["PATH"] ?? ""}` };
  return {
    names,
    project,
    fleet,
    live: (name) => {
      const link = join(machine.directory, name, "current");
      return existsSync(link) ? readlinkSync(link).replace("releases/", "") : null;
    },
    configure,
    slow: (name, seconds) => writeFileSync(join(machine.files, "home", `slow-${name}`), String(seconds)),
    processes: (name) => machine.processes().flatMap(({ pid }) => (isOf(pid, name) ? pid : [])),
    connecting: () => {
      const found = spans(readFileSync(sessions, "utf8"));
      writeFileSync(sessions, "");
      return found;
    },
    env,
    stop: async () => {
      project.close();
      await fleet.stop();
    },
  };
}

/** One entry that holds for all of them, behind that of the machine: what it says first counts. */
function addAliases(file: string, names: readonly string[]): void {
  const [entry = ""] = readFileSync(file, "utf8").split("\n\n");
  const settings = entry.split("\n").slice(1).join("\n").trimEnd();
  for (const name of names) appendFileSync(file, `\nHost ${name}\n  SetEnv ${HOSTS_KNOWN_AS}=${name}\n${settings}\n`);
}

/** An ssh that writes down when it starts, and for whom; then it is the real one. Returns the directory that it is in. */
function writeSsh(directory: string, sessions: string): string {
  const bin = join(directory, "bin");
  const script = `#!/bin/sh
case " $* " in *" -G "*) ;; *)
  for last; do
    case $last in web[0-9]*) echo "start $last $(date +%s%N)" >>'${sessions}'; break ;; esac
  done ;;
esac
exec '${findProgram("ssh") ?? "ssh"}' "$@"
`;
  mkdirSync(bin);
  writeFileSync(join(bin, "ssh"), script, { mode: 0o755 });
  return bin;
}

function isOf(pid: number, name: string): boolean {
  const file = `/proc/${pid}/environ`;
  try {
    return existsSync(file) && readFileSync(file, "latin1").split("\0").includes(`${HOSTS_KNOWN_AS}=${name}`);
  } catch {
    return false;
  }
}
