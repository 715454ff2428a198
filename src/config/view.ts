import type { WrittenConfig, WrittenEnvironment, WrittenHost, WrittenSettings, WrittenTask, WrittenTaskList } from "./written.ts";
import { type Layer, type Settled, settle } from "./layers.ts";
import { type WrittenAddress, parseAddress } from "./address.ts";
import type { Path } from "./path.ts";
import { labels } from "./labels.ts";
import { expandRanges } from "./ranges.ts";
import type { WrittenInventory } from "./written-inventory.ts";

/** One environment with all overrides applied, every part of which still knows where it was written. */
export interface EnvironmentView {
  readonly name: string;
  readonly at: Path;
  readonly settings: Settled<WrittenEnvironment>;
  readonly hosts: readonly HostView[];
  /** What names the hosts, where that is a program; else null. */
  readonly inventory: WrittenInventory | null;
  /** Nobody has asked it so far: there is one host, which stands for whatever it will name, so that settings can be checked. */
  readonly unasked: boolean;
}

export interface HostView {
  /** Label in output; rules make sure that no two are equal. */
  readonly name: string;
  readonly at: Path;
  /** Where its address stands: the entry itself if that is a text. */
  readonly hostAt: Path;
  /** The entry in the form of a map, and the address in its `host`; of a range, what it is for this host. */
  readonly written: WrittenHost;
  /** The entry as it stands, also where it is for several hosts. */
  readonly entry: WrittenHost;
  readonly address: WrittenAddress;
  readonly settings: Settled<WrittenSettings>;
}

/** Hosts that a program named for an environment, checked. */
export interface NamedHosts {
  readonly environment: string;
  readonly hosts: readonly (string | WrittenHost)[];
}

/** The environments of a configuration, in its order. `original` says where a path of it was written. */
export function environmentViews(
  config: WrittenConfig,
  original: (path: Path) => Path,
  named: NamedHosts | null = null,
): readonly EnvironmentView[] {
  return Object.entries(config.environments).map(([name, environment]) => {
    const at = ["environments", name];
    const layers = [
      { value: config, at: [] },
      { value: environment, at },
    ];
    const written = isList(environment.hosts) ? environment.hosts : null;
    const found = named?.environment === name ? named.hosts : null;
    const hosts = hostViews(written ?? found ?? STAND_IN, [...at, "hosts"], layers, original);
    const inventory = isList(environment.hosts) ? null : environment.hosts;
    return { name, at, settings: settled(layers, original), hosts, inventory, unasked: written === null && found === null };
  });
}

const STAND_IN = ["host"];

function hostViews(
  list: readonly (string | WrittenHost)[],
  at: Path,
  layers: readonly Layer[],
  original: (path: Path) => Path,
): readonly HostView[] {
  const hosts = list.flatMap((entry, index) => expanded(entry, index));
  const addresses = hosts.map(({ written }) => addressOf(written));
  const names = labels(
    hosts.map(({ written }, index) => ({ name: written.name ?? null, address: addresses[index] ?? addressOf(written) })),
  );
  return hosts.map(({ written, entry, index, isText }, number) => ({
    name: names[number] ?? written.host,
    at: original([...at, index]),
    hostAt: original(isText ? [...at, index] : [...at, index, "host"]),
    written,
    entry,
    address: addresses[number] ?? addressOf(written),
    settings: settled([...layers, { value: entry, at: [...at, index] }], original),
  }));
}

interface Expanded extends Pick<HostView, "written" | "entry"> {
  readonly index: number;
  readonly isText: boolean;
}

/** Every host that an entry stands for. Rules make sure that there are as many names. */
function expanded(given: string | WrittenHost, index: number): readonly Expanded[] {
  const entry = typeof given === "string" ? { host: given } : given;
  const names = entry.name === undefined ? [] : textsOf(entry.name);
  return textsOf(entry.host).map((host, at) => {
    const name = names.length === 1 ? names[0] : names[at];
    return {
      written: { ...entry, host, ...(name === undefined ? {} : { name }) },
      entry,
      index,
      isText: typeof given === "string",
    };
  });
}

function textsOf(text: string): readonly string[] {
  const all = expandRanges(text);
  if (typeof all === "string") throw new TypeError(`The schema let "${text}" pass`);
  return all;
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

function isList<Item>(written: readonly Item[] | object | string): written is readonly Item[] {
  return Array.isArray(written);
}
