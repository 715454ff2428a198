import type { ResolvedConfig } from "../config/resolved.ts";
import { UserError } from "../errors.ts";
import type { Run } from "../host/spawn.ts";
import type { PipelineDocument, PipelineFile } from "../report/pipeline-document.ts";
import { buildSecrets, builtOtherwise, chosen, environmentFacts, type Facts, type System, SYSTEMS } from "./facts.ts";
import { githubFiles, githubProblem } from "./github.ts";
import { gitlabFiles, gitlabProblem } from "./gitlab.ts";
import { jenkinsFiles, jenkinsProblem } from "./jenkins.ts";
import { lookAtRepository, type Repository } from "./look.ts";
import { stepsFor } from "./steps.ts";
import type { CiOptions } from "./options.ts";
import { writePipeline } from "./write.ts";

/** How a CI system is written for, what it cannot take, and what may be given as `uses`. */
const BY_SYSTEM: Readonly<
  Record<
    System,
    {
      readonly files: (facts: Facts) => readonly PipelineFile[];
      readonly problem: (facts: Facts) => string | null;
      readonly uses: RegExp;
      readonly example: string;
    }
  >
> = {
  github: {
    files: githubFiles,
    problem: githubProblem,
    uses: /^(?:[\w.-]+\/)+[\w.-]+@[\w./-]+$/u,
    example: "acme/symlink-helper@v1.0.0",
  },
  gitlab: {
    files: gitlabFiles,
    problem: gitlabProblem,
    uses: /^[\w$.:-]+(?:\/[\w$.-]+)+@[\w.~-]+$/u,
    example: "gitlab.example.org/tools/symlink-helper@1.0.0",
  },
  jenkins: { files: jenkinsFiles, problem: jenkinsProblem, uses: /^[\w.-]+(?:@[\w./-]+)?$/u, example: "symlink-helper@v1.0.0" },
};

/**
 * Writes the pipeline of a project for a CI system.
 *
 * @throws UserError where one of its files is there already, or the system cannot take a name; nothing is written then.
 */
export async function writesPipeline(options: CiOptions, { run }: { readonly run: Run }): Promise<PipelineDocument> {
  const system = SYSTEMS.find((each) => each === options.system);
  if (system === undefined) throw wrong(`There is no CI system \`${options.system}\` here. There are: ${SYSTEMS.join(", ")}.`);
  const { files: write, problem, uses, example } = BY_SYSTEM[system];
  if (options.uses !== undefined && !uses.test(options.uses))
    throw wrong(`\`--uses\` is no ${WHAT[system]}: \`${options.uses}\`. One is: ${example}`);
  const configs = chosen(options.configs, options.environments ?? []);
  if (typeof configs === "string") throw wrong(`${configs}.`);
  const [first] = configs;
  if (first === undefined) throw wrong("There is no environment to deploy to.");
  const repository = await lookAtRepository(first, run);
  const facts = factsOf(first, configs, repository, options);
  const refused = problem(facts);
  if (refused !== null) throw wrong(`${refused}.`);
  const files = write(facts);
  options.signal.throwIfAborted();
  if (options.write) await writePipeline(repository.top, files, REMEDY(system));
  return {
    schema: 1,
    app: first.app,
    system,
    environments: configs.map(({ environment }) => environment),
    files,
    written: options.write,
    steps: stepsFor(system, facts),
    notes: notesOf(first, configs, repository),
  };
}

const WHAT: Readonly<Record<System, string>> = {
  github: "action",
  gitlab: "project with the component and a version of it",
  jenkins: "shared library",
};

const REMEDY = (system: System): string =>
  `To see what would be written, and take from it what you lack: symlink-helper ci ${system} --stdout`;

function factsOf(
  first: ResolvedConfig,
  configs: readonly ResolvedConfig[],
  { branch, config, installed, packages }: Repository,
  { version, uses }: CiOptions,
): Facts {
  const [head, ...later] = configs.map(environmentFacts);
  return {
    app: first.app,
    branch,
    config,
    installed,
    packages,
    version,
    uses: uses ?? null,
    buildSecrets: buildSecrets(first),
    environments: [head ?? environmentFacts(first), ...later],
  };
}

function notesOf(
  first: ResolvedConfig,
  configs: readonly ResolvedConfig[],
  { inGit, branch, branchIsGuess }: Repository,
): readonly string[] {
  const others = builtOtherwise(configs);
  const local = configs.filter(({ hosts }) => hosts.some(({ address }) => address.kind === "local"));
  return [
    ...(inGit ? [] : ["This is no git repository yet: the files belong at its top."]),
    ...(branchIsGuess
      ? [`Deploys what is pushed to \`${branch}\`, which is a guess: name the branch in the configuration, as \`source.ref\`.`]
      : []),
    ...(others.length === 0
      ? []
      : [
          `${others.join(" and ")} would be built in another way, but get what was built for ${first.environment}, as it was tried there.`,
        ]),
    ...local.map(
      ({ environment }) => `${environment} is (also) the machine that a job runs on: it needs a runner of its own there.`,
    ),
  ];
}

function wrong(message: string): UserError {
  return new UserError({ kind: "usage", message, remedy: "Type `symlink-helper ci --help` for what there is." });
}
