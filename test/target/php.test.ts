import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { join } from "node:path";
import { Bench, newRoot, put } from "./bench.ts";
import { mainKinds } from "./kinds.ts";

/** As Debian has them. */
const FASTCGI =
  "fastcgi_param  SCRIPT_FILENAME    $document_root$fastcgi_script_name;\nfastcgi_param  QUERY_STRING       $query_string;\n";
const SNIPPET = "# regex\nfastcgi_index index.php;\ninclude fastcgi.conf;\n";
const REAL = "fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name;";

interface Case {
  /** Text of the site's file; ROOT is the app root. */
  readonly site: string;
  /** Further files below /etc. */
  readonly files?: Readonly<Record<string, string>>;
  /** What is said of it; nothing where all is well. */
  readonly said?: "old" | "soon";
}

const server = (location: string, root = "ROOT/current/public"): string =>
  `server {\n  listen 80;\n  root ${root};\n  location ~ \\.php$ {\n    ${location}\n    fastcgi_pass unix:/run/php.sock;\n  }\n}\n`;
const FPM = "php/8.2/fpm/pool.d/www.conf";

const CASES: readonly [string, Case][] = [
  ["the snippet of Debian", { site: server("include snippets/fastcgi-php.conf;"), said: "old" }],
  ["the file of nginx, by its whole path", { site: server("include ETC/nginx/fastcgi.conf;"), said: "old" }],
  ["a line of one's own", { site: server("fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;"), said: "old" }],
  ["the path itself", { site: server("fastcgi_param SCRIPT_FILENAME ROOT/current/index.php;"), said: "old" }],
  ["everything in one line", { site: "server { root ROOT/current; location / { include fastcgi.conf; } }", said: "old" }],
  ["a brace below its server", { site: server("include fastcgi.conf;").replace("server {", "server\n{"), said: "old" }],
  ["the real path, behind what is included", { site: server(`include snippets/fastcgi-php.conf;\n    ${REAL}`) }],
  ["the real path, before what is included", { site: server(`${REAL}\n    include fastcgi.conf;`), said: "old" }],
  ["the real path only in a comment", { site: server(`include fastcgi.conf;\n    # ${REAL}`), said: "old" }],
  ["what is commented out", { site: server(`${REAL}\n    # include fastcgi.conf;`) }],
  ["no PHP", { site: server("proxy_pass http://127.0.0.1:3000;") }],
  ["another site", { site: server("include fastcgi.conf;", "/srv/other/current") }],
  [
    "another site in the same file",
    { site: `${server(REAL)}${server("include fastcgi.conf;", "/srv/other")}${server("include fastcgi.conf;", "/srv/third")}` },
  ],
  [
    "files that include each other",
    { site: server("include snippets/loop.conf;"), files: { "nginx/snippets/loop.conf": "include snippets/loop.conf;\n" } },
  ],
  [
    "opcache that looks again",
    { site: server("include fastcgi.conf;"), files: { [FPM]: "php_admin_value[opcache.revalidate_path] = 1\n" }, said: "soon" },
  ],
  [
    "opcache that is off",
    { site: server("include fastcgi.conf;"), files: { "php/8.2/fpm/php.ini": "[opcache]\nopcache.enable=0\n" }, said: "soon" },
  ],
  [
    "opcache and the cache of paths that are off",
    { site: server("include fastcgi.conf;"), files: { "php/8.2/fpm/php.ini": "opcache.enable = 0\nrealpath_cache_size = 0\n" } },
  ],
  [
    "only the cache of paths off",
    { site: server("include fastcgi.conf;"), files: { [FPM]: "php_value[realpath_cache_ttl] = 0\n" }, said: "old" },
  ],
  ["a directory whose name only begins like the link", { site: server("include fastcgi.conf;", "ROOT/current-old") }],
  [
    "the link itself behind such a directory",
    { site: server("include fastcgi.conf;", "ROOT/current-old; root ROOT/current"), said: "old" },
  ],
  [
    "opcache that is off in a comment",
    { site: server("include fastcgi.conf;"), files: { "php/8.2/fpm/php.ini": ";opcache.enable=0\n" }, said: "old" },
  ],
];

describe.each(mainKinds())("$name", (kind) => {
  let bench: Bench;
  beforeAll(() => void (bench = new Bench(kind)));
  afterAll(async () => bench.close());

  async function look(site: string, files: Readonly<Record<string, string>>, php = true): Promise<[string[], string]> {
    await bench.fresh();
    const etc = newRoot();
    const text = (content: string): string => content.replaceAll("ROOT", bench.root).replaceAll("ETC", etc);
    put(join(etc, "nginx/fastcgi.conf"), FASTCGI);
    put(join(etc, "nginx/snippets/fastcgi-php.conf"), SNIPPET);
    if (php) put(join(etc, FPM), "[www]\n");
    for (const [name, content] of Object.entries({ "nginx/sites-enabled/shop.conf": site, ...files }))
      put(join(etc, name), text(content));
    return [await bench.ask(`slh_etc='${etc}'\nslh_say_php\n`), etc];
  }

  test.each(CASES)("%s", async (_, { site, files = {}, said }) => {
    const [lines, etc] = await look(site, files);
    expect(lines).toEqual(said === undefined ? [] : [`php-link ${said} ${etc}/nginx/sites-enabled/shop.conf`]);
  });

  test("nobody is told anything where there is no PHP-FPM, or no nginx", async () => {
    expect((await look(server("include fastcgi.conf;"), {}, false))[0]).toEqual([]);
    expect(await bench.ask(`slh_etc='${newRoot()}'\nslh_say_php\n`)).toEqual([]);
  });
});
