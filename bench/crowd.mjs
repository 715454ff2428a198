// What a host costs on the controller: memory of the program and of its ssh processes while it deploys to ever more hosts, and how far
// apart the first and the last switch are. The hosts are real to the program (an ssh, a conversation and an app root each) and all of
// them are on this machine, which therefore does their work as well: seconds and skew are an upper bound, memory is not touched by that.
//
//     npm run build && node bench/crowd.mjs          10, 50, 100 and 200 hosts; needs Linux, root and an OpenSSH server; some minutes
//     HOSTS=10,20 FILES=2000 node bench/crowd.mjs    other numbers of hosts, and of files in the release
import { readdirSync, readFileSync } from "node:fs";
import { createJiti } from "jiti";

const SIZES = (process.env["HOSTS"] ?? "10,50,100,200").split(",").map(Number);
const TICKS_A_SECOND = 100;
const FILES = Number(process.env["FILES"] ?? 500);

/** @type {typeof import("../test/crowd/crowd.ts")} */
const { gather } = await createJiti(import.meta.url).import("../test/crowd/crowd.ts");
const crowd = await gather(Math.max(...SIZES));
try {
  crowd.project.write(
    Object.fromEntries(Array.from({ length: FILES }, (_, index) => [`src/${index % 40}/${index}.js`, `${index};\n`])),
  );
  crowd.project.commit();
  const rows = [];
  for (const hosts of SIZES) rows.push(await measured(hosts));
  print(rows);
} finally {
  await crowd.stop();
}

/**
 * Deploys to the first so many hosts, which have nothing yet, and once more with one file changed.
 * @param {number} hosts
 */
async function measured(hosts) {
  crowd.configure({ lease: 120 }, hosts);
  crowd.project.write({ "src/version.js": `"${hosts}";\n` });
  crowd.project.commit();
  const meter = startMeter();
  const began = performance.now();
  const report = await crowd.project.json(["deploy"], { env: crowd.env, play: (child) => meter.watch(child.pid ?? 0) });
  meter.stop();
  if (report.code !== 0) throw new Error(JSON.stringify(report.warnings.slice(0, 5)));
  return { hosts, seconds: (performance.now() - began) / 1000, skewMs: report.waves[0]?.skewMs ?? 0, ...meter.most };
}

/** The largest memory of a program and of its children, in kilobytes, and the seconds of CPU that the program took. */
function startMeter() {
  const most = { program: 0, children: 0, cpu: 0 };
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const look = (/** @type {number} */ pid) => {
    most.program = Math.max(most.program, kilobytes(`/proc/${pid}/status`, "VmHWM"));
    const ticks = read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
    most.cpu = Math.max(most.cpu, (Number(ticks[11] ?? 0) + Number(ticks[12] ?? 0)) / TICKS_A_SECOND);
    const children = readdirSync("/proc").filter((name) => /^\d+$/u.test(name) && parentOf(name) === pid);
    // Shared pages are counted once, divided among those who share them.
    const sizes = children.map((child) => kilobytes(`/proc/${child}/smaps_rollup`, "Pss"));
    most.children = Math.max(
      most.children,
      sizes.reduce((sum, size) => sum + size, 0),
    );
  };
  return {
    most,
    watch: (/** @type {number} */ pid) => void (timer = setInterval(() => look(pid), 250)),
    stop: () => clearInterval(timer),
  };
}

/** @param {string} pid */
function parentOf(pid) {
  return Number(read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ")[1] ?? 0);
}

/** @param {string} file @param {string} name */
function kilobytes(file, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "mu").exec(read(file))?.[1] ?? 0);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** @param {readonly Awaited<ReturnType<typeof measured>>[]} rows */
function print(rows) {
  const [least] = rows;
  const heading = ["Hosts", "Program", "More per host", "Its ssh processes", "Per host", "CPU of the program", "Deploy", "Skew"];
  const cells = rows.map((row) => [
    String(row.hosts),
    megabytes(row.program),
    least === undefined || row === least ? "" : megabytes((row.program - least.program) / (row.hosts - least.hosts)),
    megabytes(row.children),
    megabytes(row.children / row.hosts),
    `${row.cpu.toFixed(1)} s`,
    `${row.seconds.toFixed(0)} s`,
    `${row.skewMs} ms`,
  ]);
  console.log(`A release of ${FILES} files, Node ${process.versions.node}\n`);
  for (const line of [heading, heading.map(() => "---"), ...cells]) console.log(`| ${line.join(" | ")} |`);
}

/** @param {number} kilo */
function megabytes(kilo) {
  return `${(kilo / 1024).toFixed(kilo < 10_240 ? 2 : 0)} MB`;
}
