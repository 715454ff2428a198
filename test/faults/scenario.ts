/** What runs while the fault happens. */
export interface Scenario {
  readonly name: string;
  /** What the hosts have before: v0 and v1, both good; or nothing but shared/. */
  readonly from: "good" | "empty";
  readonly command: "deploy" | "rollback";
  /** What the source holds. */
  readonly version: string;
  /** Further files of it. */
  readonly files: readonly string[];
}

const deploy = { command: "deploy", version: "v2", files: [] } as const;

/** A deploy over a good release: the one that matters most. */
export const OVER: Scenario = { ...deploy, name: "deploy over v1", from: "good" };
export const FIRST: Scenario = { ...deploy, name: "first deploy", from: "empty" };
export const ROLLBACK: Scenario = { ...OVER, name: "rollback to v0", command: "rollback" };

/** Files of a release that make a host's task at that point fail, or take longer than anybody waits. */
export const failsAt = (point: string, host: string): string => `fails-${point}-${host}`;
const longAt = (point: string, host: string): string => `long-${point}-${host}`;

/** A deploy in which a host's task at that point takes longer than anybody waits. */
export function long(point: string, host: string): Scenario {
  return { ...OVER, name: `deploy with a long ${point}`, files: [longAt(point, host)] };
}

/** A deploy that fails because a host's task at that point does, while those of `others` take long. */
export function failing(point: string, host: string, others: readonly string[] = []): Scenario {
  const files = [failsAt(point, host), ...others.map((other) => longAt(point, other))];
  return { ...OVER, name: `deploy whose ${point} fails on ${host}`, files };
}
