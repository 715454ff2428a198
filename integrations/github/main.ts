// What the runner starts as the step.
import { saveState } from "@actions/core";
import { type Inputs, readInputs } from "./inputs.ts";
import { type Interrupts, watchInterrupts } from "./interrupts.ts";
import { makePrivate, removePrivate, since } from "./leftovers.ts";
import { outputsOf, outputsWithout, setOutputs } from "./outputs.ts";
import { runProgram } from "./program.ts";
import { hideSecrets, prepare, refuseStrangers } from "./step.ts";
import { tellRefusal } from "./tell.ts";

const INVALID = 2;
const INTERRUPTED = 130;

const began = Date.now();
const { env } = process;
const code = await step(watchInterrupts());
// Were Node left to end by itself, it would stop hearing signals before it is gone, and the one behind the first would be what ended it.
process.stdout.write("", () => process.exit(code));

async function step(interrupts: Interrupts): Promise<number> {
  let directory = "";
  try {
    const inputs = readInputs();
    hideSecrets(inputs);
    refuseStrangers(inputs, env);
    directory = makePrivate(env);
    saveState("directory", directory);
    return await run(inputs, directory, interrupts);
  } catch (failure) {
    // What asks OpenSSH for us may have ended by the same signal, and then what it says means nothing.
    if (await interrupts.came()) return interrupted();
    tellRefusal(failure, env["GITHUB_STEP_SUMMARY"] ?? "");
    setOutputs(outputsWithout("invalid", INVALID, Date.now() - began));
    return INVALID;
  } finally {
    if (directory !== "") removePrivate(directory, env);
  }
}

async function run(inputs: Inputs, directory: string, interrupts: Interrupts): Promise<number> {
  const { words, start, report } = prepare(inputs, env, directory);
  if (await interrupts.came()) return interrupted();
  // Should we be killed, this is what holds: nobody looked.
  setOutputs(outputsWithout("partial", 4, 0));
  const code = await runProgram(words, start, interrupts, (pid) => {
    saveState("pid", pid);
    saveState("since", since(pid));
  });
  setOutputs(outputsOf(report, code, Date.now() - began));
  return code;
}

/** Before the program has begun: nobody was connected to. */
function interrupted(): number {
  setOutputs(outputsWithout("interrupted", INTERRUPTED, Date.now() - began));
  return INTERRUPTED;
}
