import { describe, test } from "vitest";
import { canRunFleet } from "./machine.ts";

/** A `describe` for tests that need real hosts. Where none can be played it is one skipped test that gives the reason. */
export function describeHosts(title: string, body: () => void): void {
  const ability = canRunFleet();
  if (ability.ok) describe(title, body);
  else test(title, ({ skip }) => skip(ability.reason));
}
