import { createRequire as createRequireHere } from "node:module";
const require = createRequireHere(import.meta.url);

// src/config/program/worker.mjs
import module from "node:module";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
var { url, evaluate: evaluateUrl, define, limit } = workerData;
var printed = "";
for (const stream of [process.stdout, process.stderr]) {
  const write = (chunk, ...rest) => {
    if (printed.length < limit) printed += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  stream.write = write;
}
var load = await loader();
var own = evaluateUrl.endsWith(".ts") ? load : nativeImport;
var { evaluate } = await own(evaluateUrl);
var outcome = await evaluate(load, url, process.env);
parentPort?.postMessage({ ...outcome, printed: printed.slice(0, limit) });
async function loader() {
  const { typescript } = (
    /** @type {{ typescript?: unknown }} */
    process.features
  );
  if (typescript && "registerHooks" in module) {
    useOwnPackage();
    return nativeImport;
  }
  const { createJiti } = await import("../jiti/lib/jiti.mjs");
  const jiti = createJiti(fileURLToPath(url), {
    fsCache: false,
    interopDefault: false,
    alias: { "symlink-helper": fileURLToPath(define) }
  });
  return (wanted) => jiti.import(fileURLToPath(wanted));
}
function useOwnPackage() {
  module.registerHooks({
    /** @param {string} specifier @param {unknown} context @param {(specifier: string, context: unknown) => unknown} next */
    resolve: (specifier, context, next) => specifier === "symlink-helper" ? { url: define, shortCircuit: true } : next(specifier, context)
  });
}
function nativeImport(wanted) {
  return import(wanted);
}
