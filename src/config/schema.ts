import {
  type Schema,
  byKind,
  choice,
  list,
  map,
  namedMap,
  nonEmpty,
  optional,
  refused,
  text,
  wholeNumber,
} from "./schema-parts.ts";
import { notify } from "./schema-notify.ts";
import { limits, strategy } from "./schema-strategy.ts";
import { buildTasks, settings, tasks, time } from "./schema-settings.ts";
import { command, localPath, pattern, ref, repository, role, sha256, shown, sourceFolder, word } from "./text-rules.ts";
import type { WrittenInventory } from "./written-inventory.ts";
import type { WrittenConfig, WrittenEnvironment, WrittenHost } from "./written.ts";
import type { WrittenSource } from "./written-source.ts";
import { hostAddress, hostName } from "./address.ts";

const ONE_TREE =
  "cannot be set for one host: one deploy ships one tree to all hosts\nUse another environment for hosts that need another tree.";
const ONE_DEPLOY = "cannot be set for one host: it holds for the deploy as a whole\nSet it for the environment.";

const source: Schema<WrittenSource> = map({
  git: optional(text(repository)),
  ref: optional(text(ref)),
  directory: optional(text(localPath)),
  archive: optional(text(localPath)),
  sha256: optional(text(sha256)),
  strip: optional(wholeNumber(0, 100, "must be a whole number from 0 to 100")),
  subdirectory: optional(text(sourceFolder)),
});

const whole = {
  app: optional(text(shown)),
  source: optional(source),
  exclude: optional(list(text(pattern))),
  wait: optional(time(0)),
  strategy: optional(strategy),
  limits: optional(limits),
  notify: optional(notify),
  unreachable: optional(choice(["stop", "skip"])),
};

const address = text(hostAddress);

const hostMap: Schema<WrittenHost> = map({
  host: address,
  user: optional(text(word)),
  port: optional(wholeNumber(1, 65_535, "must be a port: a whole number from 1 to 65535")),
  name: optional(text(hostName)),
  roles: optional(list(text(role))),
  ...settings,
  tasks: optional(tasks({ build: optional(refused(ONE_TREE)) })),
  source: optional(refused(ONE_TREE)),
  exclude: optional(refused(ONE_TREE)),
  app: optional(refused(ONE_DEPLOY)),
  wait: optional(refused(ONE_DEPLOY)),
  strategy: optional(refused(ONE_DEPLOY)),
  limits: optional(refused(ONE_DEPLOY)),
  notify: optional(refused(ONE_DEPLOY)),
  unreachable: optional(refused(ONE_DEPLOY)),
});

const host = byKind<string | WrittenHost>(
  { text: address, map: hostMap },
  "must be a host such as deploy@web1.example.org, or a map with `host`",
);

const everywhere = { ...whole, ...settings, tasks: optional(tasks({ build: optional(buildTasks) })) };

/** Also what a program names them as. */
export const hostList: Schema<readonly (string | WrittenHost)[]> = nonEmpty(list(host), "must list at least one host");

/** Which keys go together, rules say. */
const inventory: Schema<WrittenInventory> = map({
  ansible: optional(text(localPath)),
  group: optional(text(word)),
  command: optional(text(command)),
});

const environment: Schema<WrittenEnvironment> = map({
  ...everywhere,
  hosts: byKind<WrittenEnvironment["hosts"]>(
    { map: inventory, list: hostList },
    "must be a list of hosts, or a map with `ansible` or `command`",
  ),
});

/** What a configuration file holds, apart from keys that begin with `x-`. */
export const written: Schema<WrittenConfig> = map({
  ...everywhere,
  hosts: optional(refused("belongs to an environment\nWrite `environments: { production: { hosts: [...] } }`.")),
  environments: nonEmpty(namedMap(word, environment), "must name at least one environment"),
});
