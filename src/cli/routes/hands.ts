import { defineCommand } from "../command.ts";
import type { CommandSpec } from "../command.ts";
import { chosenFlags, environmentArgument, nonEmptyText, several, time, toggle, valued, wholeNumber } from "../options.ts";

const chosen = {
  ...chosenFlags,
  host: several("NAME", "Only on this host; may be given several times", nonEmptyText),
};

/** What a person does on the hosts without deploying. None of it takes the lock. */
export const hands: readonly CommandSpec[] = [
  defineCommand({
    name: "exec",
    brief: "Run a command on every host at once",
    description:
      "Runs a command on all hosts at once, in the live release or, where there is none, in the app root, with the environment of tasks but no secrets. Several words behind -- are a program and its literal arguments; one word alone is shell text, so quotes and pipes work in it. Exit code 0 if it was 0 on every host. Takes no lock.",
    usage: "[environment] [options] -- COMMAND...",
    examples: [
      { type: "exec production -- uptime", to: "On every host" },
      { type: `exec production --role web -- 'df -h . | tail -n 1'`, to: "Shell text, on some" },
      { type: "exec --host web1 --in root -- ls -l shared", to: "In the app root of one" },
    ],
    passes: true,
    flags: {
      in: valued("PLACE", "current, root, or the id of a release", nonEmptyText),
      as: valued("USER", "As another user, through sudo -n", nonEmptyText),
      timeout: valued("TIME", "Stop it after so long (default 30m)", time),
      ...chosen,
    },
    arguments: [environmentArgument],
    load: () => import("../commands/exec.ts"),
  }),
  defineCommand({
    name: "run",
    brief: "Run a named command of the configuration",
    description:
      'Runs one of the `commands` of the configuration on the hosts that its `on` says, like exec, with its own secrets. Words behind -- are literal arguments: "$@" in the command, or behind it where it does not mention them. Without a name it lists what there is.',
    usage: "[NAME] [environment] [-- ARGUMENT...]",
    examples: [
      { type: "run production", to: "See what there is" },
      { type: "run cache:clear production", to: "Run one" },
      { type: `run console production -- user:add "Ann O'Neil"`, to: "With arguments" },
    ],
    passes: true,
    flags: chosen,
    arguments: [
      { brief: "Name of a command; without one they are listed", placeholder: "NAME", parse: nonEmptyText, optional: true },
      environmentArgument,
    ],
    load: () => import("../commands/run.ts"),
  }),
  defineCommand({
    name: "ssh",
    brief: "Open a shell on a host, in the live release",
    description:
      "Opens a login shell on one host, in the live release, or in the app root. It is your own ssh with your agent and configuration, and its exit code is this one's. `local` is a shell of this machine.",
    usage: "[environment] [HOST] [--root]",
    examples: [
      { type: "ssh production web1", to: "Look around on one of several hosts" },
      { type: "ssh staging --root", to: "In the app root of the only one" },
    ],
    flags: { ...chosenFlags, root: toggle("In the app root instead of the live release") },
    arguments: [
      environmentArgument,
      { brief: "Host; may be left out where there is only one", placeholder: "HOST", parse: nonEmptyText, optional: true },
    ],
    load: () => import("../commands/ssh.ts"),
  }),
  defineCommand({
    name: "logs",
    brief: "Follow log files and units on every host at once",
    description:
      "Shows the last lines of the `logs` of the configuration and goes on with what comes, on all hosts at once, until Ctrl-C. Files may be rotated meanwhile; one that is not there yet is waited for.",
    usage: "[environment] [NAME] [--lines N] [--no-follow]",
    examples: [
      { type: "logs production", to: "Follow all that is configured" },
      { type: "logs production app --lines 100", to: "One of them, from further back" },
      { type: "logs production app --no-follow --json", to: "The last lines, for a script" },
    ],
    flags: {
      lines: valued("N", "Begin with the last N lines (default 10)", wholeNumber(0)),
      noFollow: toggle("Only the last lines, and end"),
      ...chosen,
    },
    arguments: [
      environmentArgument,
      { brief: "Name of a log; without one all are shown", placeholder: "NAME", parse: nonEmptyText, optional: true },
    ],
    load: () => import("../commands/logs.ts"),
  }),
];
