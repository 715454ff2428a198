/** A configuration that uses most of what there is. */
export const EXAMPLE = `app: shop
root: /var/www/shop
keep: 5                                  # good releases kept, besides pinned ones
source: { git: ., ref: main }
exclude: [tests]
layout: { current: live }
lease: 30s
grace: 2m
wait: 10m
confirm: return
durability: flush
ssh: { config: ssh/config, options: { ConnectTimeout: 10 } }
shared:
  dirs: [log, public/uploads]
  files: [.env, { path: config/local.json, whenMissing: seed }]
permissions: { dirs: "0755", files: "0644", group: www-data, writable: [var/cache], umask: "0022" }
tasks:
  build: npm run build
  prepare: [npm ci --omit=dev]
  beforeSwitch: { run: npm run migrate, on: first, secrets: [DATABASE_URL], undo: npm run migrate:back }
  afterSwitch: systemctl --user reload shop
  finish: []
  failed: [{ run: ./notify, on: web, timeout: 1m }]
env: &env { NODE_ENV: production }
environments:
  local: { hosts: [local], root: ./demo/app, tasks: { failed: [] } }
  production:
    hosts:
      - deploy@web1.example.org
      - { host: web2, port: 2222, roles: [web], env: { <<: *env, SHARD: 2 } }
`;
