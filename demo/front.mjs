// Stands in for the web server and the process manager of a real machine. Listens once, starts the shop from the release that
// `current` leads to, and passes requests on to it. Asked to reload, it starts the shop anew from where `current` leads to
// then, and when that one answers, gives it all new requests; the old one ends when it has answered what it had begun.
//
//     node demo/front.mjs [APP_ROOT [PORT]]     Ctrl-C ends it and the shop.
import { spawn } from "node:child_process";
import { realpathSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [appRoot = fileURLToPath(new URL("app", import.meta.url)), port = "0"] = process.argv.slice(2);
const root = resolve(appRoot);

/** One running shop. @typedef {{ release: string, child: import("node:child_process").ChildProcess, port: number, agent: Agent, busy: number, retired: boolean }} Shop */

const front = createServer(passOn);
const control = createServer(obey);
/** The one that gets new requests. */
let shop = await startShop();
let turn = Promise.resolve();

const url = await listen(front, Number(port));
const file = `${root}/shared/run/front.json`;
writeFileSync(file, JSON.stringify({ pid: process.pid, url, control: await listen(control, 0) }));
console.log(`${url} serves release ${shop.release}. Ctrl-C ends it.`);
process.send?.({ url });

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, end);
process.on("disconnect", end);

/** @returns {Promise<Shop>} once it answers; throws what it said if it ends before that */
async function startShop() {
  // The real path: a process that was started through the link would see the next release appear under its feet.
  const directory = realpathSync(`${root}/current`);
  const child = spawn(process.execPath, ["server.js"], {
    cwd: directory,
    env: { ...process.env, PORT: "0", NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let said = "";
  child.stderr?.on("data", (chunk) => (said = `${said}${chunk}`.slice(-2000)));
  const listening = await new Promise((done, fail) => {
    child.once("message", (/** @type {{ listening: number }} */ message) => done(message.listening));
    child.once("exit", (code) => fail(new Error(`The shop of ${basename(directory)} ended with code ${code}:\n${said}`)));
  });
  return { release: basename(directory), child, port: listening, agent: new Agent({ keepAlive: true }), busy: 0, retired: false };
}

/** @type {import("node:http").RequestListener} */
function passOn(incoming, outgoing) {
  const { method, url: path, headers } = incoming;
  const to = shop;
  to.busy += 1;
  outgoing.on("close", () => {
    to.busy -= 1;
    endIfIdle(to);
  });
  const passed = request({ host: "127.0.0.1", port: to.port, agent: to.agent, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on("error", (error) => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end(`${error.message}\n`)));
  incoming.pipe(passed);
}

/** @type {import("node:http").RequestListener} */
function obey({ method, url: path }, outgoing) {
  if (method !== "POST" || path !== "/reload") return void outgoing.writeHead(404).end();
  turn = turn.then(reload).then(
    () => void outgoing.end(`Release ${shop.release} answers.\n`),
    (error) => void outgoing.writeHead(500).end(`${error.message}\n`),
  );
}

async function reload() {
  const old = shop;
  shop = await startShop();
  old.retired = true;
  endIfIdle(old);
}

/** @param {Shop} one */
function endIfIdle(one) {
  if (!one.retired || one.busy > 0) return;
  one.child.kill("SIGTERM");
  one.agent.destroy();
}

function end() {
  rmSync(file, { force: true });
  shop.child.once("exit", () => process.exit());
  shop.child.kill("SIGTERM");
  shop.agent.destroy();
}

/** @param {import("node:http").Server} server @param {number} wanted @returns {Promise<string>} its URL */
function listen(server, wanted) {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      done(`http://127.0.0.1:${typeof address === "object" ? address?.port : wanted}`);
    });
  });
}
