// Deploys from a program: `npx jiti deploy.ts production` (Node from 22.18 on runs it by itself). It shows what happens, asks the site
// whether it is well, and goes back if it is not. The configuration is the one that the commands use.
import { api, createContext, HostFailure, loadConfig, UserError } from "symlink-helper";
import type { CommandContext, Event, Report } from "symlink-helper";

const [environment = "production"] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

try {
  const loaded = await loadConfig({ environment });
  const context = createContext(loaded, { emit: show, signal: stop.signal });
  const report = await api.deploy(context, { message: "From a program" });
  process.exitCode = await judge(context, report);
} catch (error) {
  // The user's to put right, or a host's; anything else is a defect.
  if (!(error instanceof UserError) && !(error instanceof HostFailure)) throw error;
  console.error(`${error.message}\n${error.remedy}`);
  process.exitCode = 2;
}

/** Each outcome means something else for the program that called. */
async function judge(context: CommandContext, report: Report): Promise<number> {
  if (report.outcome === "unchanged") {
    console.log(`${report.release} is live already.`);
    return 0;
  }
  if (report.outcome === "deployed") return (await isWell()) ? 0 : goBack(context, report);
  tellFailure(report);
  return report.outcome === "partial" ? 4 : 1;
}

/** After `partial` hosts differ, and a person must look. Otherwise every host serves what it served before. */
function tellFailure(report: Report): void {
  for (const { host, live, liveKnown } of report.hosts)
    console.error(`${host} serves ${liveKnown ? (live ?? "nothing") : "what nobody knows"}`);
  for (const error of [report.error, ...report.hosts.map((host) => host.error)])
    if (error !== null) console.error(`${error.message}\n${error.remedy}`);
}

async function isWell(): Promise<boolean> {
  const site = process.env["SITE"];
  if (site === undefined) return true;
  const answer = await fetch(site).catch(() => null);
  return answer?.ok === true;
}

async function goBack(context: CommandContext, { release }: Report): Promise<number> {
  // Not if somebody has deployed something else meanwhile.
  const back = await api.rollback(context, release === null ? {} : { from: release });
  console.error(`The site was not well. Rollback: ${back.outcome}, live is ${back.release}.`);
  return 1;
}

function show(event: Event): void {
  if (event.kind === "switched") console.log(`${event.host}: ${event.from ?? "nothing"} -> ${event.to ?? "nothing"}`);
  if (event.kind === "warning") console.warn(event.text);
}
