import { expect, test } from "vitest";
import { reloadCommand } from "../../src/config/reload.ts";
import { programsOf } from "../../src/plan/programs.ts";

/** A task, and the programs that it cannot do without. */
const TEXTS: readonly [string, string[]][] = [
  ["npm ci --omit=dev", ["npm"]],
  ["npm ci && npm run build", ["npm"]],
  ["composer install; php artisan migrate --force", ["composer", "php"]],
  ["NODE_ENV=production RAILS='a b' bundle exec rake", ["bundle"]],
  ["/usr/local/bin/php artisan", ["/usr/local/bin/php"]],
  ["bin/console cache:clear", []],
  ["./deploy.sh && npm ci", ["npm"]],
  ["sudo -n systemctl reload php-fpm", ["sudo"]],
  ["systemctl --user restart shop || true", []],
  [reloadCommand({ pm2: "it's a \"shop" }), ["pm2"]],
  [reloadCommand({ systemd: "shop", user: true }), ["systemctl"]],
  [reloadCommand({ puma: "it's.pid" }), ["kill"]],
  [reloadCommand({ supervisor: "shop", config: "/etc/it's.conf" }), ["supervisorctl"]],
  ["gulp build || npm ci", []],
  ["gulp build || exit 1; npm ci || { echo no; exit 2; }; ls || { echo no; }", ["gulp", "npm"]],
  ["[ -d vendor ] || composer install; npm ci", ["npm"]],
  ["[ -f yarn.lock ] && yarn install && yarn build | tee log; npm ci", ["npm"]],
  ["command -v yarn >/dev/null && { yarn; yarn build; } && gulp; npm ci", ["command", "npm"]],
  ["if [ -f yarn.lock ]; then yarn; elif [ -f b ]; then bun; else npm ci; fi; rake", ["rake"]],
  ["if gulp; then if bower; then yarn; fi; bun; fi && npm ci", ["gulp", "npm"]],
  ["{ npm ci; }; (cd a && yarn)", ["npm", "cd", "yarn"]],
  ["env A=1 B='x y' nice -n 5 npm ci", ["env", "nice", "npm"]],
  ["nohup timeout -k 5 10m ionice -c2 -n7 puma", ["nohup", "timeout", "ionice", "puma"]],
  ["timeout --signal KILL 5 puma; env -u A yarn; env; command -v a", ["timeout", "env", "command"]],
  ["cat a | gzip -c > b", ["cat", "gzip"]],
  ["echo 'a; b && c' \"d | e\" # f; g", ["echo"]],
  ["make all 2>&1 | tee log", ["make", "tee"]],
  ["make >&2 && ls &", ["make", "ls"]],
  ["if [ -f a ]; then\n  bower install\nfi; npm ci", ["npm"]],
  ['while read -r x; do convert "$x"; done', ["read", "convert"]],
  ["! grep -q x y && exec puma -C config", ["grep", "puma"]],
  ["(cd app && yarn install)", ["cd", "yarn"]],
  ["npm ci \\\n  --omit=dev && \\\n  rake assets", ["npm", "rake"]],
  ["$TOOL run; npm ci", ["npm"]],
  ['"my tool" x; `id` y; $(id) z', []],
  [". ~/.nvm/nvm.sh && nvm use && npm ci", []],
  ["rsync a b; source env.sh; npm ci", ["rsync"]],
  ["PATH=$HOME/bin:$PATH; tool x", []],
  ["export PATH=$HOME/bin:$PATH; tool x", []],
  ["tool() { echo; }; tool", []],
  ["for f in *; do prettier $f; done", []],
  ["case $x in a) foo ;; esac; bar", []],
  ["cat <<END\nnpm ci\nEND", []],
  ["", []],
  ["# nothing", []],
  ["don't", []],
];

test.each(TEXTS)("what %j begins with", (text, programs) => {
  expect(programsOf(text)).toEqual(programs);
});
