// The thread in which a configuration program runs. Plain JavaScript, because it is started by Node itself, which may not read
// TypeScript; the work is done in evaluate.ts.
import module from "node:module";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

/** @type {{ url: string, evaluate: string, define: string, limit: number }} */
const { url, evaluate: evaluateUrl, define, limit } = workerData;

// Nothing may get between the lines of our own output, and `--json` promises a document.
let printed = "";
for (const stream of [process.stdout, process.stderr]) {
  /** @param {string | Uint8Array} chunk @param {unknown[]} rest */
  const write = (chunk, ...rest) => {
    if (printed.length < limit) printed += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  stream.write = write;
}

const load = await loader();
const own = evaluateUrl.endsWith(".ts") ? load : nativeImport;
/** @type {typeof import("./evaluate.ts")} */
const { evaluate } = await own(evaluateUrl);
const outcome = await evaluate(load, url, process.env);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- there is no origin between threads
parentPort?.postMessage({ ...outcome, printed: printed.slice(0, limit) });

/**
 * Where Node reads TypeScript it also has hooks; elsewhere jiti does both. It is not loaded otherwise.
 *
 * @returns {Promise<import("./evaluate.ts").Import>}
 */
async function loader() {
  const { typescript } = /** @type {{ typescript?: unknown }} */ (process.features);
  if (typescript && "registerHooks" in module) {
    useOwnPackage();
    return nativeImport;
  }
  const { createJiti } = await import("jiti");
  // Without a cache: the default one is in a directory that others may write to, and code read back from it runs as the deployer.
  const jiti = createJiti(fileURLToPath(url), {
    fsCache: false,
    interopDefault: false,
    alias: { "symlink-helper": fileURLToPath(define) },
  });
  return (wanted) => jiti.import(fileURLToPath(wanted));
}

// The program that runs a configuration gives it `defineConfig`, wherever it is installed.
function useOwnPackage() {
  /** @type {any} */ (module).registerHooks({
    /** @param {string} specifier @param {unknown} context @param {(specifier: string, context: unknown) => unknown} next */
    resolve: (specifier, context, next) =>
      specifier === "symlink-helper" ? { url: define, shortCircuit: true } : next(specifier, context),
  });
}

/** @param {string} wanted @returns {Promise<any>} */
function nativeImport(wanted) {
  return import(wanted);
}
