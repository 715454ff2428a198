type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment of the program, and of the `build` tasks that it runs: that of the step, without what is the action's alone. Inputs
 * hold the private key. The files of the runner and its tokens are not for programs of the project: who writes into them acts as the job.
 */
export function programEnvironment(env: Env, more: Env): Env {
  const kept = Object.entries(env).filter(([name]) => !OURS.test(name));
  return { ...Object.fromEntries(kept), ...more };
}

const OURS = /^(?:INPUT_.*|STATE_.*|ACTIONS_.*|GITHUB_(?:ENV|PATH|OUTPUT|STATE))$/u;
