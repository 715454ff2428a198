import { bytesOf, textOf, type ByteString } from "../host/bytes.ts";
import type { HostProblem } from "./facts.ts";
import type { HostPlan } from "./host-plan.ts";

/**
 * What a host would need of a tree that was taken from another host, where links to shared/ took the place of it: `hides` are their paths.
 * Nothing is lacking where it gets links there itself, to something that is there.
 */
export function lacksOfKept({ host, shared }: Pick<HostPlan, "host" | "shared">, hides: readonly ByteString[]): HostProblem[] {
  const linked = shared.filter(({ action }) => action !== "skip");
  return hides.flatMap((path) => {
    const own = linked.find(({ entry }) => isAtOrBelow(path, bytesOf(entry.path)));
    if (own === undefined) return [lost(path)];
    return own.action === "seed" ? [unseeded(`${host.root}/${host.layout.shared}/${own.entry.path}`)] : [];
  });
}

function isAtOrBelow(path: ByteString, above: ByteString): boolean {
  return path === above || path.startsWith(`${above}/`);
}

function lost(path: ByteString): HostProblem {
  const why = "where the release is, a link to shared/ took its place; here it is no shared entry, or left out";
  return { code: "not-kept", text: `${textOf(path)} of the tree cannot be had from another host: ${why}` };
}

function unseeded(path: string): HostProblem {
  const why = "it would be seeded from the tree, but where the release is, a link took its place";
  return { code: "shared-missing", text: `${path} is missing, and cannot be had from another host: ${why}` };
}
