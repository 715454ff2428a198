// Visitors of a site, in a process of their own: several at a time, each asks for one thing again and again, over a connection that is
// kept or one that is new each time. Nothing is asked twice: whatever a visitor would have seen go wrong is told.
//
//     node visitors.mjs VISITORS     a line for each answer (see `Answer` and `Visitor` in visitors.ts), until standard input ends,
//                                    or 15 minutes are over
import { Agent, request } from "node:http";

const pauseMs = 30;
const patienceMs = 20_000;

const closing = new AbortController();
process.stdin.on("end", () => closing.abort()).resume();
setTimeout(() => closing.abort(), 900_000).unref();

await Promise.all(JSON.parse(process.argv[2] ?? "[]").map(visit));

/** @param {import("./visitors.ts").Visitor} visitor */
async function visit({ url, kind, path, fresh, body }) {
  const agent = new Agent({ keepAlive: !fresh, maxSockets: 1 });
  while (!closing.signal.aborted) {
    const began = now();
    const outcome = await ask(`${url}${path}`, agent, body).then(
      (text) => ({ version: versionOf(text, body) }),
      (error) => ({ failure: `${error.message}` }),
    );
    console.log(JSON.stringify({ kind, url, began, ended: now(), ...outcome }));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  agent.destroy();
}

/** The clock that all processes of a machine share, in milliseconds. */
function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** @param {string} url @param {Agent} agent @param {string} [body] @returns {Promise<string>} */
function ask(url, agent, body) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method: body === undefined ? "GET" : "POST", timeout: patienceMs }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === 200 && text !== "") resolve(text);
        else reject(new Error(`status ${answer.statusCode}: ${text.replaceAll(/<[^>]*>|\s+/gu, " ").slice(0, 100)}`));
      });
    });
    asked.on("error", reject);
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.end(body);
  });
}

/**
 * A page names the version of all it was made of, and the length of what it was sent; a file is only its version.
 *
 * @param {string} text @param {string} [body] @returns {string} several versions, if they are not one
 */
function versionOf(text, body = "") {
  if (!text.startsWith("{")) return text.trim();
  const { versions, length } = JSON.parse(text);
  const all = [...new Set(versions)].join(" and ");
  return length === body.length ? all : `${all}, without ${body.length - length} of ${body.length} bytes`;
}
