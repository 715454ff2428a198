// Reads through the link, over and over, as a web server does: process.argv is the link, the names of the releases, and a file that says
// "go on" as long as it exists; beside it appears one that says "begun". Then it tells, as JSON, what it saw.
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [link = "", names = "", go = ""] = process.argv.slice(2);
const whole = new Set(names.split(",").map((name) => `${name}\n`));
const seen = { reads: 0, changes: 0, failed: 0, empty: 0, wrong: 0, mixed: 0, first: "" };
let last = "";

/** @param {string} file */
function read(file) {
  seen.reads += 1;
  const text = readFileSync(file, "latin1");
  if (text === "") seen.empty += 1;
  else if (!whole.has(text)) seen.wrong += 1;
  return text;
}

// As a program that finds out once where it lives, and then loads its parts from there.
function readPair() {
  const release = realpathSync.native(link);
  if (read(join(release, "first")) !== read(join(release, "second"))) seen.mixed += 1;
}

function look() {
  try {
    const text = read(join(link, "first"));
    if (text !== last) seen.changes += 1;
    last = text;
    readPair();
  } catch (error) {
    seen.failed += 1;
    seen.first ||= String(error);
  }
}

look();
writeFileSync(`${go}.node`, "");
while (existsSync(go)) for (let index = 0; index < 50; index++) look();
process.stdout.write(JSON.stringify(seen));
