import type { EnvironmentFacts, Facts } from "./facts.ts";

/** What every pipeline says at its top of how it came about, and of what it does. */
export function about({ environments: [first, ...later] }: Facts): readonly string[] {
  const then = later.map(({ name }) => `, then to ${name} when somebody has agreed`).join("");
  return [
    "Builds what was committed once, keeps it with its digest, and deploys that very file:",
    `to ${first.name} by itself${then}.`,
  ];
}

/** How a job of the build calls the program, as words of a shell. */
export function program({ installed, version }: Facts): string {
  return installed ? "npx --no-install symlink-helper" : `npx --yes symlink-helper@${version}`;
}

/** Names of all secrets of all environments, and of the build. */
export function allSecrets({ environments, buildSecrets }: Facts): readonly string[] {
  return [...new Set([...buildSecrets, ...environments.flatMap(({ secrets }) => secrets)])].toSorted();
}

/** What comes before an environment is deployed to: the one before it in the order. */
export function before({ environments }: Facts, { name }: EnvironmentFacts): string | null {
  const at = environments.findIndex((each) => each.name === name);
  return environments[at - 1]?.name ?? null;
}

/** A name as it can stand in the ids of jobs: those of environments that cannot are numbered. */
export function idOf({ environments }: Facts, { name }: EnvironmentFacts): string {
  return /^[A-Za-z0-9_-]+$/u.test(name) ? name : `${environments.findIndex((each) => each.name === name) + 1}`;
}
