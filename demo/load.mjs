// Visitors: several at a time ask for the page and the style sheet, one after the other, until told to stop. Besides, one reader
// opens a file through `current` all the time, as a web server does with static files. Every answer that is not as it should be
// counts as an error: another status, no answer within 10 s, an answer that was cut, a page of another version than its server.
//
//     node demo/load.mjs URL [CURRENT]     prints what it saw, as JSON, when told "stop" or after 3 minutes
import { readFile } from "node:fs/promises";
import { Agent, get } from "node:http";

const [url = "", current = ""] = process.argv.slice(2);
const visitors = 4;
const pauseMs = 4;
const longestMs = 180_000;

const seen = {
  requests: 0,
  errors: 0,
  reads: 0,
  readErrors: 0,
  /** @type {Record<string, number>} */
  versions: {},
  slowestMs: 0,
  /** @type {string[]} */
  firstErrors: [],
};

const agent = new Agent({ keepAlive: true });
const closing = new AbortController();
const stop = () => closing.abort();
process.on("message", stop);
process.on("disconnect", stop);
const limit = setTimeout(stop, longestMs);

await Promise.all([...Array.from({ length: visitors }, visit), ...(current === "" ? [] : [read()])]);
clearTimeout(limit);
agent.destroy();
console.log(JSON.stringify(seen));
if (process.connected) process.disconnect();
process.exitCode = seen.errors + seen.readErrors > 0 ? 1 : 0;

async function visit() {
  for (let turn = 0; !closing.signal.aborted; turn += 1) {
    const began = performance.now();
    try {
      check(turn % 4 === 0 ? "/style.css" : "/", await ask(turn % 4 === 0 ? "/style.css" : "/"));
    } catch (error) {
      seen.errors += 1;
      remember(error);
    }
    seen.requests += 1;
    seen.slowestMs = Math.max(seen.slowestMs, Math.round(performance.now() - began));
    await pause(pauseMs);
  }
}

async function read() {
  while (!closing.signal.aborted) {
    seen.reads += 1;
    await readFile(`${current}/REVISION`).catch((error) => {
      seen.readErrors += 1;
      remember(error);
    });
    await pause(1);
  }
}

/**
 * @typedef {{ status: number | undefined, version: string, body: string }} Answer
 * @param {string} path @returns {Promise<Answer>}
 */
function ask(path) {
  return new Promise((done, fail) => {
    const asked = get(`${url}${path}`, { agent, timeout: 10_000 }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => (body += chunk));
      answer.on("error", fail);
      answer.on("end", () => done({ status: answer.statusCode, version: String(answer.headers["x-shop-version"]), body }));
    });
    asked.on("error", fail);
    asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
  });
}

/** @param {string} path @param {Answer} answer */
function check(path, { status, version, body }) {
  if (status !== 200) throw new Error(`${path}: status ${status}: ${body.slice(0, 200)}`);
  if (path === "/") {
    const page = /name="version" content="([^"]+)"/.exec(body)?.[1];
    if (page !== version) throw new Error(`The server of version ${version} gave the page of ${page}`);
  }
  seen.versions[version] = (seen.versions[version] ?? 0) + 1;
}

/** @param {unknown} error */
function remember(error) {
  if (seen.firstErrors.length < 5) seen.firstErrors.push(error instanceof Error ? error.message : String(error));
}

/** @param {number} ms @returns {Promise<void>} */
function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
