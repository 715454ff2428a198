// A controller as a process of its own, over what is built: like the command, but its runtime on the hosts can be made to stop at a step.
//
// Usage: controller.mjs CONFIG COMMAND OPTIONS, the options as JSON. Environment: BY, who runs it; STEP, shell text that becomes the body
// of slh_step, with the name of the step in $1; SWAP, a JSON list of pairs of texts to exchange in the runtime. Prints the report as JSON.
import { loadConfig } from "../../dist/config/load.js";
import { exitCodeOf } from "../../dist/cli/exit-codes.js";
import { createApi, realPorts } from "../../dist/index.js";

const [, , file = "", command = "", options = "{}"] = process.argv;
const { BY = "ann@laptop", STEP = ":", SWAP = "[]" } = process.env;

const loaded = await loadConfig({ file });
if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));

const ports = realPorts();
const interrupt = new AbortController();
process.on("SIGINT", () => interrupt.abort());
/** @type {import("../../src/api.ts").CommandContext} */
const context = {
  config: loaded.config,
  emit: () => undefined,
  signal: interrupt.signal,
  env: process.env,
  by: BY,
  origin: "a test",
};

/** @type {Record<string, Function>} */
const api = { ...createApi({ ...ports, program: changed(ports.program) }) };
const report = await api[command]?.(context, JSON.parse(options));
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = exitCodeOf(report.outcome);

/** @param {string} program */
function changed(program) {
  /** @type {[string, string][]} */
  const swaps = [["slh_step() { :; }", `slh_step() { ${STEP}; }`], ...JSON.parse(SWAP)];
  for (const [from, to] of swaps) {
    if (!program.includes(from)) throw new Error(`The runtime has no ${from}`);
    program = program.split(from).join(to);
  }
  return program;
}
