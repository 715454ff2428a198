import type { WrittenConfig, WrittenEnvironment, WrittenHost, WrittenSettings, WrittenTask, WrittenTaskList } from "./written.ts";
import { type Layer, type Settled, settle } from "./layers.ts";
import { type WrittenAddress, parseAddress } from "./address.ts";
import type { Path } from "./path.ts";
import { labels } from "./labels.ts";

/** One environment with all overrides applied, every part of which still knows where it was written. */
export interface EnvironmentView {
  readonly name: string;
  readonly at: Path;
  readonly settings: Settled<WrittenEnvironment>;
  readonly hosts: readonly HostView[];
}

export interface HostView {
  /** Label in output; rules make sure that no two are equal. */
  readonly name: string;
  readonly at: Path;
  /** Where its address stands: the entry itself if that is a text. */
  readonly hostAt: Path;
  /** The entry in the form of a map, and the address in its `host`. */
  readonly written: WrittenHost;
  readonly address: WrittenAddress;
  readonly settings: Settled<WrittenSettings>;
}

/** The environments of a configuration, in its order. `original` says where a path of it was written. */
export function environmentViews(config: WrittenConfig, original: (path: Path) => Path): readonly EnvironmentView[] {
  return Object.entries(config.environments).map(([name, environment]) => {
    const at = ["environments", name];
    const layers = [
      { value: config, at: [] },
      { value: environment, at },
    ];
    return { name, at, settings: settled(layers, original), hosts: hostViews(environment, [...at, "hosts"], layers, original) };
  });
}

function hostViews(
  environment: WrittenEnvironment,
  at: Path,
  layers: readonly Layer[],
  original: (path: Path) => Path,
): readonly HostView[] {
  const hosts = environment.hosts.map((host) => (typeof host === "string" ? { host } : host));
  const addresses = hosts.map(addressOf);
  const names = labels(hosts.map((host, index) => ({ name: host.name ?? null, address: addresses[index] ?? addressOf(host) })));
  return hosts.map((written, index) => ({
    name: names[index] ?? written.host,
    at: original([...at, index]),
    hostAt: original(typeof environment.hosts[index] === "string" ? [...at, index] : [...at, index, "host"]),
    written,
    address: addresses[index] ?? addressOf(written),
    settings: settled([...layers, { value: written, at: [...at, index] }], original),
  }));
}

/** What `host` says, completed by `user` and `port`. */
function addressOf({ host, user, port }: WrittenHost): WrittenAddress {
  const address = parseAddress(host);
  if (typeof address === "string") throw new TypeError(`The schema let the host "${host}" pass`);
  return { ...address, user: user ?? address.user, port: port ?? address.port };
}

function settled<T>(layers: readonly Layer[], original: (path: Path) => Path): Settled<T> {
  const { value, origin } = settle<T>(layers);
  return { value, origin: (path) => original(origin(path)) };
}

/** The tasks of one point in the form of maps, and where each stands below that point. */
export function listTasks(written: WrittenTaskList | undefined): readonly { readonly task: WrittenTask; readonly at: Path }[] {
  if (written === undefined) return [];
  if (typeof written === "string") return [{ task: { run: written }, at: [] }];
  if (!isList(written)) return [{ task: written, at: [] }];
  return written.map((task, index) => ({ task: typeof task === "string" ? { run: task } : task, at: [index] }));
}

function isList(written: WrittenTaskList): written is readonly (string | WrittenTask)[] {
  return Array.isArray(written);
}
