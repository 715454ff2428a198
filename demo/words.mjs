// What the demo says.

/**
 * @typedef {{ name: string, bytesSent: number }} Phase
 * @typedef {{ host: string, phases: Phase[], pruned: string[], error: { message: string, output?: string[] } | null }} HostReport
 * @typedef {{ release: string, durationMs: number, hosts: [HostReport] }} Report
 * @typedef {{ requests: number, errors: number, reads: number, readErrors: number, versions: Record<string, number>, slowestMs: number, firstErrors: string[] }} Seen
 * @typedef {{ id: string, state: string }} Release
 */

/** @param {string} text */
export function say(text) {
  console.log(`  ${text}`);
}

/** @param {string} text */
export function title(text) {
  console.log(`\n${text}`);
}

/** @param {string} shop @param {string} app */
export function opening(shop, app) {
  console.log("A real deploy on this machine: a small web shop with npm packages of its own.");
  say(`Its repository is ${shop}, its app root ${app}.`);
}

/** @param {Report} report @param {string} what */
export function failure({ hosts: [{ error }] }, what) {
  say(`As it should be: ${what}.`);
  say(`| ${error?.message.split("\n", 1)[0]}`);
  for (const line of (error?.output ?? []).filter((line) => /\bError\b.*: /.test(line)).slice(0, 1)) say(`| ${line}`);
}

/**
 * @param {Seen & { ok: boolean, problems: string[], seconds: number }} result
 * @param {{ live: string, releases: Release[], app: string, shop: string, program: string, front: string }} places
 */
export function closing(result, places) {
  title("What the visitors saw");
  say(`${result.requests} requests, ${result.errors} errors; the slowest answer took ${result.slowestMs} ms.`);
  say(`${result.reads} files opened through \`current\` besides, ${result.readErrors} errors.`);
  say(
    `Versions: ${Object.entries(result.versions)
      .map(([version, times]) => `${version} (${times})`)
      .join(", ")}.`,
  );
  title(`What is left in ${places.app}`);
  say(`current -> ${places.live}`);
  for (const { id, state } of places.releases) say(`releases/${id} (${state})`);
  say("shared/.env is as it was put there.");
  title("Try next");
  const [shop, program, front, app] = [places.shop, places.program, places.front, places.app].map(typed);
  for (const command of ["status", "history", "plan", "rollback", "deploy"]) say(`(cd ${shop} && ${program} ${command})`);
  say(`node ${front} ${app}   # serves the shop, until Ctrl-C`);
  title(
    result.ok
      ? `All as it should be, after ${Math.round(result.seconds)} s.`
      : `Not as it should be:\n  ${result.problems.join("\n  ")}`,
  );
}

/** A word as one types it in a shell. @param {string} word */
function typed(word) {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
