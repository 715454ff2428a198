import type { Run } from "../host/spawn.ts";
import type { Login } from "../host/login.ts";
import type { Post } from "../host/post.ts";
import type { Connect } from "../host/transport.ts";

/** The world as the fleet sees it. Tests put cut wires and broken programs here. */
export interface Ports {
  readonly connect: Connect;
  /** A shell for a person, on this terminal. */
  readonly login: Login;
  /** Runs programs on the controller. */
  readonly run: Run;
  /** Posts to those who are told how a run ended. */
  readonly post: Post;
  /** Text of the runtime that hosts evaluate. */
  readonly program: string;
  /** Directory on the controller for exports and builds. */
  readonly temporary: string;
  /** Directory on the controller for copies of remote repositories. */
  readonly cache: string;
  readonly now: () => Date;
  /** Milliseconds on a clock that never jumps. */
  readonly elapsed: () => number;
  /** That many random bytes, as lower-case hex. */
  readonly randomHex: (bytes: number) => string;
  /** Resolves after so many milliseconds, or as soon as the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Seconds that a host may take to start our program; see ConversationOptions. Only tests have reason to be less patient. */
  readonly readyWithin?: number;
}
