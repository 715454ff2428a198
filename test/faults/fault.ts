import type { Scene } from "./scene.ts";
import { fillInodes, fillSpace, makeRoom } from "./fill.ts";
import { kill, type Site } from "./site.ts";
import type { Boundary, Wire } from "./wire.ts";

/** Something that goes wrong at a boundary. */
export interface Fault {
  readonly name: string;
  /** Whether it can happen there at all. */
  readonly at: (boundary: Boundary) => boolean;
  /** Lets it happen, at once. */
  readonly strike: (stage: Stage) => void;
  /** What somebody puts right who was told of it, before the next deploy. What needs no hand has none. */
  readonly cure?: (stage: Pick<Stage, "scene" | "site">) => void;
  /** While it lasts that host, or every host, cannot be asked: nobody can know what is live there. */
  readonly hides?: "it" | "all";
}

interface Stage {
  readonly scene: Scene;
  readonly site: Site;
  readonly wire: Wire;
  /** Aborted, it is the first Ctrl-C. */
  readonly interrupt: AbortController;
}

const onSsh = ({ host }: Boundary): boolean => host !== "local";
const anywhere = (): boolean => true;
const onRequest = ({ name }: Boundary): boolean => name.startsWith("send R");
const onWork = ({ name }: Boundary): boolean => /^(send R|work|send D)/.test(name);

/** Every fault that strikes a message. A controller that is killed is not among them: it takes a process of its own. */
export const FAULTS: readonly Fault[] = [
  {
    name: "the connection is closed",
    at: anywhere,
    strike: ({ scene, site, wire }) => {
      wire.deafen();
      whenReady(wire, () => (scene.fleet === null ? wire.close() : scene.fleet.host(site.name).proxy.close()));
    },
  },
  {
    // A router that has forgotten the connection: a new one works.
    name: "the connection falls silent",
    at: onSsh,
    strike: ({ scene, site, wire }) => {
      wire.silence();
      whenReady(wire, () => scene.fleet?.host(site.name).proxy.silence());
    },
    cure: ({ scene, site }) => scene.fleet?.host(site.name).proxy.close(),
  },
  {
    name: "the network is cut without a word",
    at: onSsh,
    strike: ({ scene, site, wire }) => {
      wire.silence();
      scene.fleet?.host(site.name).proxy.cut();
    },
    cure: ({ scene, site }) => scene.fleet?.host(site.name).proxy.mend(),
    hides: "it",
  },
  {
    name: "the controller loses its network",
    at: ({ host, name }) => host !== "local" && /^send R|end$/.test(name),
    strike: ({ scene, wire }) => {
      wire.silence();
      for (const { proxy } of scene.fleet?.hosts ?? []) proxy.cut();
    },
    cure: ({ scene }) => {
      for (const { proxy } of scene.fleet?.hosts ?? []) proxy.mend();
    },
    hides: "all",
  },
  { name: "the remote shell is killed", at: anywhere, strike: (stage) => whenReady(stage.wire, () => killLoop(stage)) },
  { name: "everything on the host is killed", at: anywhere, strike: ({ site, wire }) => whenReady(wire, () => site.killAll()) },
  {
    name: "the command fails at once",
    at: onRequest,
    strike: ({ wire }) => (wire.request = FAIL),
  },
  {
    name: "the command fails at its end",
    at: onRequest,
    strike: ({ wire }) => (wire.request = `${wire.request ?? ""}\n${FAIL}`),
  },
  { name: "the run is interrupted", at: anywhere, strike: ({ interrupt }) => interrupt.abort() },
  { name: "the disk is full", at: onWork, strike: ({ site }) => fillSpace(site.disk), cure: ({ site }) => makeRoom(site.disk) },
  { name: "there is no inode", at: onWork, strike: ({ site }) => fillInodes(site.disk), cure: ({ site }) => makeRoom(site.disk) },
];

const FAIL = "slh_fail host 'A test made this fail'\n";

function killLoop({ site, wire }: Stage): void {
  for (const { pid, hostPid } of site.processes()) if (hostPid === wire.loop) kill(pid);
}

/** Before its loop has said that it is ready there is no connection to break, and nothing on the host to be killed. */
function whenReady(wire: Wire, then: () => void): void {
  if (wire.loop !== null) then();
  else setTimeout(() => whenReady(wire, then), 2);
}
