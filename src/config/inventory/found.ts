import type { WrittenInventory } from "../written-inventory.ts";

/** Hosts that an environment leaves to a program, and where that is to run. */
export interface InventoryRequest {
  readonly environment: string;
  /** Folder of the configuration file, absolute. */
  readonly directory: string;
  readonly inventory: WrittenInventory;
}

/** What the program came to. */
export type Found = FoundHosts | NothingFound;

interface FoundHosts {
  readonly ok: true;
  /** As they could be written under `hosts`; not checked so far. */
  readonly hosts: readonly unknown[];
  /** What is allowed but probably not meant. */
  readonly warnings: readonly string[];
}

interface NothingFound {
  readonly ok: false;
  /** Which setting of the inventory is to be shown. */
  readonly about: keyof WrittenInventory;
  /** What is wrong, with a hint behind a line break. */
  readonly text: string;
}

export function nothingFound(about: keyof WrittenInventory, text: string): NothingFound {
  return { ok: false, about, text };
}

/** Whoever names hosts, as a message calls it. */
export function nameOf({ ansible, command = "" }: WrittenInventory): string {
  return ansible === undefined ? `\`${shortened(command)}\`` : "`ansible-inventory`";
}

function shortened(command: string): string {
  const [first = "", ...rest] = command.trim().split("\n");
  return first.length > 60 || rest.length > 0 ? `${first.slice(0, 57)}...` : first;
}
