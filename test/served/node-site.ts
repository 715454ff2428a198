import { parse } from "yaml";
import { blocksOf, labelled } from "../docs/markdown.ts";
import { probe } from "../hosts/endpoints.ts";
import { nodeApplication } from "./applications.ts";
import type { Ground } from "./ground.ts";
import { startNginx } from "./nginx.ts";
import type { Recipe, Site } from "./replace.ts";
import { writeSystemctl } from "./systemctl.ts";

const PAGE = "docs/how-to/node.md";

/** What the how-to for Node says. */
export function nodeRecipe(): Recipe {
  const { afterSwitch } = parse(blocksOf(PAGE)[0]?.text ?? "").tasks;
  return { programs: ["nginx"], serve: serveNode, application: nodeApplication, afterSwitch: [afterSwitch] };
}

/** Lets the host serve Node: its unit, which the first deploy starts, and its nginx. */
async function serveNode(ground: Ground): Promise<Site> {
  const { directory } = ground;
  // The hosts share this machine's network, and the recipe listens on the address that is everybody's.
  const port = await probe({ address: "127.0.0.1", port: 0 });
  const ours = (text: string): string =>
    text
      .replaceAll("3000", String(port))
      .replaceAll("/var/www/shop", ground.appRoot)
      .replaceAll("/usr/bin/node", process.execPath)
      .replaceAll("%t", directory);
  const unit = ours(labelled(PAGE, "unit"));
  const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, "mu").exec(unit)?.[1] ?? "";
  const command = (name: string): string => `cd ${setting("WorkingDirectory")} && ${setting("Environment")} ${setting(name)}`;
  const pidFile = `${directory}/shop.pid`;
  const bin = writeSystemctl(ground, {
    shop: {
      isActive: `[ -e ${pidFile} ] && kill -0 "$(cat ${pidFile})"`,
      start: `${command("ExecStart")} </dev/null >>${directory}/shop.log 2>&1 & echo $! >${pidFile}`,
      reload: command("ExecReload"),
    },
  });
  return { url: await startNginx(ground, ours(labelled(PAGE, "nginx"))), bin };
}
