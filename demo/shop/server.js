// A small web shop: one page and its static files, on the port that PORT says.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import mustache from "mustache";
import sirv from "sirv";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

process.loadEnvFile(here(".env"));
const { version } = JSON.parse(await readFile(here("package.json"), "utf8"));
const files = sirv(here("public"), { etag: true });

const server = createServer(async (request, response) => {
  response.setHeader("x-shop-version", version);
  if (request.url === "/") return page(response);
  files(request, response, () => response.writeHead(404).end("Not found\n"));
});

// Read anew for every visitor: whoever deleted or mixed up the release that is being served would be found out at once.
async function page(response) {
  try {
    const template = await readFile(here("built/page.html"), "utf8");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(mustache.render(template, { greeting: process.env.SHOP_GREETING ?? "Welcome." }));
  } catch (error) {
    response.writeHead(500).end(`${error.message}\n`);
  }
}

// Longer than whoever stands in front keeps a connection open, so that none is closed just as it is used again.
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const { port } = server.address();
  console.log(`Shop ${version} listens on 127.0.0.1:${port}`);
  process.send?.({ listening: port });
});

// A process manager that wants us to end lets us finish what we have begun. One that died takes us with it.
process.on("SIGTERM", () => server.close(() => process.exit()));
process.on("disconnect", () => process.exit());
