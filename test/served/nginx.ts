import { probe } from "../hosts/endpoints.ts";
import type { Ground } from "./ground.ts";

/**
 * Starts nginx on the host, with a `server` block as a person has it in /etc/nginx/sites-enabled, but that it listens on a port
 * of ours. Returns the address of the site.
 */
export async function startNginx(ground: Ground, server: string): Promise<string> {
  const { directory, host } = ground;
  const port = await probe({ address: host.address, port: 0 });
  const block = server.replace("listen 80;", `listen ${host.address}:${port};`);
  if (block === server) throw new Error(`Nothing listens on port 80 here: ${server}`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${directory}/tmp-${name};`,
  );
  const config = ground.write(
    "nginx.conf",
    `user www-data;
worker_processes 2;
pid ${directory}/nginx.pid;
error_log ${directory}/nginx.log;
events {}
http {
  access_log off;
  ${temporary.join("\n  ")}
${block.replace("include fastcgi_params;", "include /etc/nginx/fastcgi_params;")}
}
`,
  );
  await ground.must('nginx -p "$1" -c "$2"', directory, config);
  return `http://${host.address}:${port}`;
}
