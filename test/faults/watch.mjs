// A reader who looks at the live version of every host all the time, in a thread of his own. Tells each change that he sees.
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

/** @type {{ roots: string[], stop: SharedArrayBuffer }} */
const { roots, stop } = workerData;
const flag = new Int32Array(stop);
/** @type {string[]} */
const last = roots.map(() => "");

do {
  roots.forEach((root, index) => {
    const version = look(root);
    if (version !== last[index]) tell([index, version]);
    last[index] = version;
  });
} while (Atomics.wait(flag, 0, 0, 2) === "timed-out");
tell(null);

/** @param {[number, string] | null} message */
function tell(message) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread, not a window
  parentPort?.postMessage(message);
}

/** @param {string} root */
function look(root) {
  try {
    return readFileSync(`${root}/current/version.txt`, "utf8").trim();
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code ?? "unreadable";
  }
}
