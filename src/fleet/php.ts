import { PHP_REMEDY, phpDoubts } from "../plan/php.ts";
import type { Member } from "./member.ts";
import { warn, type FleetRun } from "./run.ts";

/** Tells where the new release would be switched to, but the old one served. */
export function tellPhp(run: FleetRun, { host, facts, name }: Member): void {
  const doubts = facts === null ? [] : phpDoubts(host, facts);
  for (const { text } of doubts) warn(run, name, `${text}. ${PHP_REMEDY}`);
}
