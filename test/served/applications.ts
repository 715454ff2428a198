import { labelled } from "../docs/markdown.ts";

// Both answer with the versions of all that the page was made of: its own code, code that it loads, and a file that it reads at
// the end. So a page that is mixed of two releases, or whose release was taken away under it, is found out.

/** An application in some version; with `failsOn`, the name of a host, one that does not come up there. */
export type Application = (version: string, failsOn?: string) => Record<string, string>;

/** For PHP. A task finds out that it does not come up: {@link PHP_FAILS}. */
export const phpApplication: Application = (version, failsOn = "nowhere") => {
  const index = `<?php
require __DIR__ . '/../lib/part.php';
usleep(1000 * (int) ($_GET['ms'] ?? 0));
$file = trim(file_get_contents(__DIR__ . '/version.txt'));
header('Content-Type: application/json');
echo json_encode(['versions' => ['${version}', part(), $file], 'length' => strlen(file_get_contents('php://input'))]);
`;
  return {
    "public/index.php": index,
    "public/version.txt": `${version}\n`,
    "lib/part.php": `<?php\nfunction part() { return '${version}'; }\n`,
    "fails-on": failsOn,
  };
};

/** Command of a task that fails where an application in PHP does not come up. */
export const PHP_FAILS = '[ "$SLH_HOST" != "$(cat fails-on)" ]';

/** For Node, with the recipe's serve.mjs. */
export const nodeApplication: Application = (version, failsOn = "nowhere") => {
  const server = `const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
if (require("node:os").hostname() === "${failsOn}") throw new Error("It does not come up here.");
const server = createServer((request, response) => {
  let length = 0;
  request.on("data", (chunk) => (length += chunk.length));
  request.on("end", () => {
    const ms = Number(new URL(request.url, "http://localhost").searchParams.get("ms"));
    setTimeout(() => answer(request.url, length, response), ms);
  });
});
function answer(url, length, response) {
  try {
    const file = readFileSync("version.txt", "utf8");
    const page = JSON.stringify({ versions: ["${version}", require("./part.js"), file.trim()], length });
    response.end(url === "/version.txt" ? file : page);
  } catch (error) {
    response.writeHead(500).end(error.message);
  }
}
`;
  return {
    "server.js": `${server}${labelled("docs/how-to/node.md", "server")}\n`,
    "serve.mjs": labelled("docs/how-to/node.md", "serve"),
    "part.js": `module.exports = "${version}";\n`,
    "version.txt": `${version}\n`,
  };
};
