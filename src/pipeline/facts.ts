import { deploySecretNames, notifySecretNames } from "../config/secrets.ts";
import type { ResolvedConfig, Task } from "../config/resolved.ts";

/** The CI systems that pipelines are written for. */
export const SYSTEMS = ["github", "gitlab", "jenkins"] as const;

export type System = (typeof SYSTEMS)[number];

/** All that a pipeline is made of. */
export interface Facts {
  readonly app: string;
  /** Whose commits are deployed. */
  readonly branch: string;
  /** The configuration, from the top of the repository; null where the program finds it by itself. */
  readonly config: string | null;
  /** Of this program, for jobs that fetch it. */
  readonly version: string;
  /** The project has the program among its own packages. */
  readonly installed: boolean;
  /** How jobs bring in the packages of the project before they call the program; null where they need none. */
  readonly packages: Packages | null;
  /** What brings the program into a job; null where nobody has said. */
  readonly uses: string | null;
  /** Names of secrets that the build needs. */
  readonly buildSecrets: readonly string[];
  /** In the order in which they are deployed to; the first builds. Never empty. */
  readonly environments: readonly [EnvironmentFacts, ...EnvironmentFacts[]];
}

/** Command lines that install what the lock file of a project names. */
export interface Packages {
  readonly install: string;
  /** For jobs that have keys: scripts of packages have no business with those. */
  readonly beside: string;
}

/** One environment, as a pipeline sees it. */
export interface EnvironmentFacts {
  readonly name: string;
  /** Names of secrets that its tasks and checks need, and telling others. */
  readonly secrets: readonly string[];
  /** Where its hosts answer by ssh, each once. */
  readonly hosts: readonly { readonly host: string; readonly port: number | null }[];
}

/**
 * Which environments the pipeline is for, in which order: those that were named; else those of the configuration, `production` last, without
 * those that are this machine alone. A text says what is wrong.
 */
export function chosen(configs: readonly ResolvedConfig[], named: readonly string[]): readonly ResolvedConfig[] | string {
  const unknown = named.find((name) => !configs.some(({ environment }) => environment === name));
  if (unknown !== undefined)
    return `There is no environment \`${unknown}\`. There are: ${configs.map(({ environment }) => environment).join(", ")}`;
  if (new Set(named).size < named.length) return "An environment was named twice";
  if (named.length > 0) return named.flatMap((name) => configs.filter(({ environment }) => environment === name));
  const elsewhere = configs.filter(({ hosts }) => hosts.some(({ address }) => address.kind !== "local"));
  const all = elsewhere.length > 0 ? elsewhere : configs;
  const last = all.filter(({ environment }) => environment === "production");
  return [...all.filter(({ environment }) => environment !== "production"), ...last];
}

export function environmentFacts(config: ResolvedConfig): EnvironmentFacts {
  const addresses = config.hosts.flatMap(({ address }) =>
    address.kind === "local" ? [] : [{ host: address.host, port: address.port ?? null }],
  );
  const hosts = new Map(addresses.map((each) => [`${each.host} ${each.port}`, each]));
  // What is built comes as an archive: its build does not run again.
  const secrets = new Set([...deploySecretNames({ ...config, build: [] }), ...notifySecretNames(config)]);
  return { name: config.environment, secrets: [...secrets].toSorted(), hosts: [...hosts.values()] };
}

export function buildSecrets({ build }: ResolvedConfig): readonly string[] {
  return [...new Set(build.flatMap(({ secrets }) => secrets))].toSorted();
}

/** Environments that would be built in another way than the first one, which builds for all. */
export function builtOtherwise([first, ...others]: readonly ResolvedConfig[]): readonly string[] {
  if (first === undefined) return [];
  return others.filter((config) => made(config) !== made(first)).map(({ environment }) => environment);
}

function made({ build, exclude, source }: ResolvedConfig): string {
  return JSON.stringify([build.map(whole), exclude, source]);
}

function whole({ run, env, secrets }: Task): readonly unknown[] {
  return [run, env, secrets];
}
