import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { probe } from "../hosts/endpoints.ts";
import { findProgram } from "../hosts/machine.ts";
import { until } from "../hosts/until.ts";
import { findPhpFpm } from "../served/ground.ts";
import { type Json, openProject, type Project } from "./project.ts";

/** A site on this machine: the project, and a place for the files of its server. */
interface Site {
  readonly project: Project;
  readonly directory: string;
  readonly current: string;
  readonly socket: string;
  readonly write: (name: string, text: string, mode?: number) => string;
  /** Runs a line of shell that has to succeed. */
  readonly must: (command: string) => void;
}

/** How a server of some kind is started and asked, and what stands in the configuration. */
interface Server {
  readonly needs: string;
  readonly files: (version: string) => Readonly<Record<string, string>>;
  readonly start: (site: Site) => Promise<void> | void;
  readonly stop: (site: Site) => string;
  readonly settings: (site: Site) => object;
  readonly address?: (site: Site) => { readonly port: number };
}

const RACK = (version: string): string => `VERSION = "${version}"\nrun ->(env) { [200, {}, [VERSION]] }\n`;
const WSGI = (version: string): string => `def app(env, start):\n    start("200 OK", [])\n    return [b"${version}"]\n`;
const NODE = (version: string): string =>
  `require("http").createServer((_, answer) => answer.end("${version}")).listen(process.env.SOCKET);\n`;
/** Restarted, Node finds its old socket. */
const FRESH = `try { require("fs").unlinkSync(process.env.SOCKET); } catch {}\n`;

const puma = (reload: object, extra: string): Server => ({
  needs: "puma",
  files: (version) => ({ "config.ru": RACK(version) }),
  start: ({ project, current, directory, socket, write, must }) => {
    const config = write(
      "puma.rb",
      `directory "${current}"\npidfile "${project.appRoot}/shared/puma.pid"\nbind "unix://${socket}"\n${extra}\n`,
    );
    must(`cd "${current}" && PWD= nohup puma -C "${config}" >"${directory}/puma.log" 2>&1 &`);
  },
  stop: ({ project }) => `kill $(cat "${project.appRoot}/shared/puma.pid")`,
  settings: () => ({ tasks: { afterSwitch: { reload } } }),
});

const SERVERS: readonly [string, Server][] = [
  ["puma", puma({ puma: "shared/puma.pid" }, "")],
  ["puma, phased", puma({ puma: "shared/puma.pid", phased: true }, "workers 2")],
  [
    "gunicorn",
    {
      needs: "gunicorn",
      files: (version) => ({ "shop.py": WSGI(version) }),
      start: ({ current, directory, socket, must }) =>
        must(`cd / && gunicorn --daemon --chdir "${current}" --bind "unix:${socket}" --pid "${directory}/it's.pid" shop:app`),
      stop: ({ directory }) => `kill $(cat "${directory}/it's.pid")`,
      settings: ({ directory }) => ({ tasks: { afterSwitch: { reload: { gunicorn: `${directory}/it's.pid` } } } }),
    },
  ],
  [
    "supervisor",
    {
      needs: "supervisord",
      files: (version) => ({ "server.js": FRESH + NODE(version) }),
      start: ({ current, directory, socket, write, must }) => {
        const config = write(
          "supervisord.conf",
          `[supervisord]\nlogfile=${directory}/s.log\npidfile=${directory}/s.pid\nchildlogdir=${directory}\n` +
            `[unix_http_server]\nfile=${directory}/s.sock\n[supervisorctl]\nserverurl=unix://${directory}/s.sock\n` +
            "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n" +
            `[program:shop]\ncommand=${process.execPath} server.js\ndirectory=${current}\nenvironment=SOCKET="${socket}"\n`,
        );
        must(`supervisord -c "${config}"`);
      },
      stop: ({ directory }) => `kill $(cat "${directory}/s.pid")`,
      settings: ({ directory }) => ({
        tasks: { afterSwitch: { reload: { supervisor: "shop", config: `${directory}/supervisord.conf` } } },
      }),
    },
  ],
  [
    "pm2",
    {
      needs: "pm2",
      files: (version) => ({ "server.js": FRESH + NODE(version) }),
      start: ({ current, directory, socket, must }) =>
        must(
          `cd / && PM2_HOME="${directory}" SOCKET="${socket}" pm2 start "${current}/server.js" --name shop --cwd "${current}"`,
        ),
      stop: ({ directory }) => `PM2_HOME="${directory}" pm2 kill`,
      settings: ({ directory, socket }) => ({
        env: { PM2_HOME: directory, SOCKET: socket },
        tasks: { afterSwitch: { reload: { pm2: "shop" } } },
      }),
    },
  ],
  [
    "php-fpm and nginx",
    {
      needs: "nginx",
      files: (version) => ({ "index.php": `<?php echo "${version}";` }),
      start: servePhp,
      stop: ({ directory }) => `kill $(cat "${directory}/nginx.pid" "${directory}/fpm.pid")`,
      settings: ({ directory }) => ({
        path: [join(directory, "bin")],
        tasks: { afterSwitch: [{ reload: { phpFpm: `${directory}/fpm.pid` } }, { reload: { nginx: true } }] },
      }),
      address: ({ directory }) => ({ port: Number(readFileSync(join(directory, "port"), "utf8")) }),
    },
  ],
];

/** The way that goes wrong without a reload: the script's path goes through the link. */
async function servePhp({ current, directory, write, must }: Site): Promise<void> {
  const port = await probe({ address: "127.0.0.1", port: 0 });
  write("port", String(port));
  const fpm = write(
    "fpm.conf",
    `[global]\npid=${directory}/fpm.pid\nerror_log=${directory}/fpm.log\n[www]\nuser=www-data\nlisten=${directory}/fpm.sock\nlisten.mode=0666\npm=static\npm.max_children=2\n`,
  );
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${directory}/${name};`);
  const nginx = write(
    "nginx.conf",
    `pid ${directory}/nginx.pid; error_log ${directory}/nginx.log; events {} http { access_log off; ${temporary.join(" ")}
     server { listen 127.0.0.1:${port}; location / { include /etc/nginx/fastcgi_params; fastcgi_pass unix:${directory}/fpm.sock;
     fastcgi_param SCRIPT_FILENAME "${current}/index.php"; } } }`,
  );
  const program = findProgram("nginx") ?? "";
  write("bin/nginx", `#!/bin/sh\nexec ${program} -p "${directory}" -c "${nginx}" "$@"\n`, 0o755);
  must(`${findPhpFpm() ?? ""} --daemonize --fpm-config "${fpm}" && "${directory}/bin/nginx"`);
}

async function ask(site: Site, address?: { readonly port: number }): Promise<string> {
  return new Promise((resolve) => {
    const target = address === undefined ? { socketPath: site.socket } : { host: "127.0.0.1", ...address };
    const asked = request({ ...target, path: "/", agent: false }, (answer) => {
      let said = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
      answer.on("end", () => resolve(said));
    });
    asked.on("error", (error) => resolve(error.message));
    asked.end();
  });
}

describe.each(SERVERS)("%s", (_, server) => {
  let site: Site;
  let running = false;
  beforeAll(() => {
    // PM2 takes a path with a space in it for a command.
    const project = openProject(server.needs === "pm2" ? { root: "app" } : {});
    const directory = mkdtempSync(join(tmpdir(), "slh-reload-"));
    // The pool runs as another user.
    for (const place of [directory, join(project.directory, "..")]) chmodSync(place, 0o755);
    // What it starts keeps its output open: none of ours.
    const must = (command: string): void => {
      const log = join(directory, "start.log");
      const { status } = spawnSync("/bin/sh", ["-c", `exec </dev/null >>"$1" 2>&1; ${command}`, "sh", log], { stdio: "ignore" });
      if (status !== 0) throw new Error(`${command}: ${status} ${readFileSync(log, "utf8")}`);
    };
    const write: Site["write"] = (name, text, mode = 0o644) => {
      mkdirSync(join(directory, name, ".."), { recursive: true });
      writeFileSync(join(directory, name), text, { mode });
      return join(directory, name);
    };
    const current = join(project.appRoot, "current");
    site = { project, directory, current, socket: join(directory, "s"), write, must };
  });
  afterAll(async () => {
    spawnSync("/bin/sh", ["-c", server.stop(site)], { stdio: "ignore" });
    if (running) await until("nothing answers", async () => /ENOENT|ECONN/.test(await ask(site, server.address?.(site))));
    site.project.close();
    rmSync(site.directory, { recursive: true, force: true });
  });

  async function deploy(version: string, settings: object): Promise<Json> {
    site.project.configure({ oldProcesses: { within: "60s", whenLeft: "fail" }, ...settings });
    site.project.write(server.files(version));
    site.project.commit(version);
    return site.project.json(["deploy"]);
  }

  test("P12: what is configured as a reload lets it go on with the new release, and a rollback with the old", async ({
    skip,
  }) => {
    if (findProgram(server.needs) === undefined) skip(`there is no ${server.needs} here`);
    const answers = async (version: string): Promise<void> => {
      await until(`it answers ${version}`, async () => (await ask(site, server.address?.(site))) === version);
    };
    expect(await deploy("one", {})).toMatchObject({ code: 0 });
    await server.start(site);
    running = true;
    await answers("one");
    expect(await deploy("two", server.settings(site))).toMatchObject({ code: 0, warnings: [] });
    await answers("two");
    expect(await site.project.json(["rollback"])).toMatchObject({ code: 0, warnings: [] });
    await answers("one");
  });
});
