// `npm run demo`: the main job on this machine, no server at hand. A small shop is deployed again and again while visitors ask for
// its page all the time, and not one of them may see an error. Leaves its tree in demo/app and its repository in demo/work.
//
//     node demo/run.mjs [DIRECTORY]     there instead of in demo
import { spawn } from "node:child_process";
import { readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { editShop, makeShop } from "./repository.mjs";
import { problemsIn } from "./verdict.mjs";
import { closing, failure, opening, say, title } from "./words.mjs";

const demo = fileURLToPath(new URL(".", import.meta.url));
const base = resolve(process.argv[2] ?? demo);
const [app, work, shop] = [join(base, "app"), join(base, "work"), join(base, "work/shop")];
const settings = 'SHOP_GREETING="Welcome, and mind the step."\n';
const program = join(demo, "../bin/symlink-helper");

/** Children that must not outlive us. @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
const began = performance.now();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => leave(130));
setTimeout(() => leave(1, "The demo took longer than 5 minutes and gave up."), 300_000).unref();

try {
  await main();
} catch (error) {
  leave(1, error instanceof Error ? error.message : String(error));
}

async function main() {
  rmSync(app, { recursive: true, force: true });
  rmSync(work, { recursive: true, force: true });
  opening(relative(process.cwd(), shop), relative(process.cwd(), app));
  await makeShop(shop);

  title("A first release");
  await slh(0, "setup");
  writeFileSync(join(app, "shared/.env"), settings);
  say("What belongs to this machine and not to a release, shared/.env, was put there by hand.");
  told(await slh(0, "deploy"), "1.0.0");
  const { url, front } = await startFront();
  const load = startLoad(url);
  await expectServed(url, "1.0.0");
  say(`The shop is served at ${url}. Four visitors ask for it without a pause from now on.`);

  title("A new version");
  await editShop(shop, "2.0.0");
  told(await slh(0, "deploy"), "2.0.0");
  await expectServed(url, "2.0.0");

  title("A version whose build fails");
  await editShop(shop, "3.0.0", "a template that is not closed");
  failure(await slh(1, "deploy"), "its build failed, so nothing was switched");
  await expectServed(url, "2.0.0");

  title("Back to the version before");
  const back = await slh(0, "rollback");
  say(`Release ${back.release} is live again, after ${seconds(back)}. Nothing was built or sent for that.`);
  await expectServed(url, "1.0.0");

  title("A version that builds but does not start");
  await editShop(shop, "4.0.0", "a module that does not exist");
  failure(await slh(5, "deploy"), "it was live for a moment, did not start, and was taken back");
  await expectServed(url, "1.0.0");

  title("Two more versions; two good releases are kept");
  for (const version of ["5.0.0", "6.0.0"]) {
    await editShop(shop, version);
    told(await slh(0, "deploy"), version);
    await expectServed(url, version);
  }

  const seen = await stopLoad(load);
  await stop(front);
  await conclude(seen);
}

/** @param {import("./words.mjs").Seen} seen */
async function conclude(seen) {
  const { hosts } = await slhDocument("releases");
  const unchanged = readFileSync(join(app, "shared/.env"), "utf8") === settings;
  const problems = [...problemsIn(seen), ...(unchanged ? [] : ["shared/.env was changed."])];
  const result = { ok: problems.length === 0, problems, ...seen, seconds: (performance.now() - began) / 1000 };
  writeFileSync(join(work, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
  closing(result, {
    live: readlinkSync(join(app, "current")),
    releases: hosts[0].releases,
    app: relative(process.cwd(), app),
    shop: relative(process.cwd(), shop),
    program: relative(shop, program),
    front: relative(process.cwd(), join(demo, "front.mjs")),
  });
  process.exitCode = result.ok ? 0 : 1;
}

/** @param {import("./words.mjs").Report} report @param {string} version */
function told(report, version) {
  const [{ phases, pruned }] = report.hosts;
  const sent = phases.find(({ name }) => name === "send")?.bytesSent ?? 0;
  say(
    `${version} is live as release ${report.release}, after ${seconds(report)}; ${(sent / 1000).toFixed(1)} kB were sent for it.`,
  );
  if (pruned.length > 0) say(`Removed as no longer needed: ${pruned.join(", ")}.`);
}

/** @param {{ durationMs: number }} report */
function seconds({ durationMs }) {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/**
 * Runs the program as a person would, and wants it to end with that exit code.
 *
 * @param {number} wanted @param {string} command @returns {Promise<import("./words.mjs").Report>}
 */
async function slh(wanted, command) {
  say(`$ symlink-helper ${command}`);
  const { code, stdout, stderr } = await runProgram([command, "--json"]);
  if (code !== wanted) throw new Error(`symlink-helper ${command} ended with exit code ${code} instead of ${wanted}:\n${stderr}`);
  return JSON.parse(stdout);
}

/** @param {string} command */
async function slhDocument(command) {
  return JSON.parse((await runProgram([command, "--json"])).stdout);
}

/** @param {string[]} args @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} */
async function runProgram(args) {
  const child = keep(spawn(process.execPath, [program, ...args], { cwd: shop, stdio: ["ignore", "pipe", "pipe"] }));
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const code = await ended(child);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** @returns {Promise<{ url: string, front: import("node:child_process").ChildProcess }>} */
async function startFront() {
  const front = keep(spawn(process.execPath, [join(demo, "front.mjs"), app], { stdio: ["ignore", "ignore", "inherit", "ipc"] }));
  const url = await new Promise((done, fail) => {
    front.once("message", (/** @type {{ url: string }} */ message) => done(message.url));
    front.once("exit", () => fail(new Error("Nobody could be found to serve the shop.")));
  });
  return { url, front };
}

/** @param {string} url */
function startLoad(url) {
  const args = [join(demo, "load.mjs"), url, join(app, "current")];
  const child = keep(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit", "ipc"] }));
  return { child, printed: collect(child.stdout) };
}

/** @param {ReturnType<typeof startLoad>} load @returns {Promise<import("./words.mjs").Seen>} */
async function stopLoad({ child, printed }) {
  child.send("stop");
  await ended(child);
  return JSON.parse(printed());
}

/** @param {string} url @param {string} version what a new visitor must get now; and for some time so that those at work do too */
async function expectServed(url, version) {
  const { headers } = await fetch(url);
  const got = headers.get("x-shop-version");
  if (got !== version) throw new Error(`Version ${version} should be served, but ${got} is.`);
  say(`Visitors get ${version}.`);
  await new Promise((done) => setTimeout(done, 400));
}

/** @template {import("node:child_process").ChildProcess} Child @param {Child} child @returns {Child} */
function keep(child) {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** @param {import("node:stream").Readable | null} stream */
function collect(stream) {
  let text = "";
  stream?.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  return () => text;
}

/** @param {import("node:child_process").ChildProcess} child @returns {Promise<number | null>} */
function ended(child) {
  return new Promise((done, fail) => child.once("error", fail).once("close", done));
}

/** @param {import("node:child_process").ChildProcess} child */
async function stop(child) {
  child.kill("SIGTERM");
  await ended(child);
}

/** @param {number} code @param {string} [why] */
function leave(code, why) {
  if (why !== undefined) console.error(`\n${why}`);
  for (const child of children) child.kill("SIGTERM");
  process.exit(code);
}
