import type { FleetHost } from "./fleet-host.ts";
import { mustRun, runCommand } from "./command.ts";

/**
 * How a network ends. `down here`: the cable is pulled at the laptop, `down there`: at the host, and either kernel knows of its own end.
 * `silent`: what is sent arrives nowhere, and nobody is told; `deaf laptop`, `deaf host`: the same in one direction.
 */
export type Cut = "down here" | "down there" | "silent" | "deaf laptop" | "deaf host";

/** The wire between a laptop and a host: two ends of a veth, each in the network of its machine. */
export interface Wire {
  cut(how: Cut): Promise<void>;
  /** Ends all cuts. Addresses are learnt anew. */
  mend(): Promise<void>;
}

/** Nobody has this hardware address: what is sent there is dropped. */
const NOBODY = "02:00:00:00:00:99";

/** Joins hosts that were started with `network: "own"` to the first of them, from where programs are run with {@link from}. */
export async function wireUp(laptop: FleetHost, hosts: readonly FleetHost[]): Promise<readonly Wire[]> {
  return Promise.all(hosts.map((host) => lay(laptop, host)));
}

/** What has to stand before a command so that it sees the network of a host, and all else of this machine. */
export function from(host: FleetHost): readonly string[] {
  return ["nsenter", `--target=${host.sshdPid}`, "--net", "--"];
}

/** Whether this machine can play networks; why not, if not. */
export async function networkObstacle(): Promise<string | null> {
  const attempt = ["unshare", "--net", "sh", "-c", "ip link add name left type veth peer name right"];
  const { code, stderr } = await runCommand(attempt);
  return code === 0 ? null : `cut networks need ip (package iproute2) and a kernel with veth: ${stderr.trim()}`;
}

async function lay(laptop: FleetHost, host: FleetHost): Promise<Wire> {
  const there = host.address;
  const here = there.replace(/\d+$/, "1");
  const near = { machine: laptop, device: `to-${host.name}`, own: here, other: there };
  const far = { machine: host, device: "uplink", own: there, other: here };
  const peer = ["peer", "name", far.device, "netns", String(host.sshdPid)];
  await mustRun([...from(laptop), "ip", "link", "add", near.device, "type", "veth", ...peer]);
  for (const end of [near, far]) {
    await ip(end, "address", "add", `${end.own}/24`, "dev", end.device);
    await ip(end, "link", "set", end.device, "up");
  }
  const end = (one: End): Promise<void> => ip(one, "link", "set", one.device, "down");
  const lose = (one: End): Promise<void> =>
    ip(one, "neigh", "replace", one.other, "lladdr", NOBODY, "dev", one.device, "nud", "permanent");
  return {
    cut: async (how) => {
      if (how === "down here") await end(near);
      if (how === "down there") await end(far);
      if (how === "silent" || how === "deaf host") await lose(near);
      if (how === "silent" || how === "deaf laptop") await lose(far);
    },
    mend: async () => {
      for (const one of [near, far]) {
        await ip(one, "link", "set", one.device, "up");
        await runCommand([...from(one.machine), "ip", "neigh", "del", one.other, "dev", one.device]);
      }
    },
  };
}

interface End {
  readonly machine: FleetHost;
  readonly device: string;
  readonly own: string;
  readonly other: string;
}

async function ip({ machine }: End, ...args: readonly string[]): Promise<void> {
  await mustRun([...from(machine), "ip", ...args]);
}
