import type { PipelineFile } from "../report/pipeline-document.ts";
import { scalar } from "../init/yaml-text.ts";
import type { EnvironmentFacts, Facts } from "./facts.ts";
import { indent } from "./quote.ts";
import { about, allSecrets, program } from "./words.ts";

/** The pipeline, which includes the component that deploys and the one that goes back. */
export function gitlabFiles(facts: Facts): readonly PipelineFile[] {
  return [{ path: ".gitlab-ci.yml", text: `${pipeline(facts).join("\n")}\n` }];
}

/** Where a component is: `deploy` or `rollback`. */
export function gitlabComponent({ uses, version }: Facts, name: string): string {
  const [project = "", at = ""] = (uses ?? `$CI_SERVER_FQDN/OWNER/symlink-helper@${version}`).split("@");
  return `${project}/${name}@${at}`;
}

/** Why the component takes no such name or path; null where it does. */
export function gitlabProblem({ environments, config, branch, buildSecrets }: Facts): string | null {
  const name = environments.find((each) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/u.test(each.name));
  if (name !== undefined)
    return `\`${name.name}\` cannot be the name of an environment in GitLab, as jobs and their locks have it in their names: letters, digits, dot, dash and underscore can be in it`;
  if (config !== null && !/^[^$\p{Cc}]*$/u.test(config))
    return `GitLab would look for variables in the path \`${config}\`: \`$\` and line breaks cannot be in it`;
  if (branch.includes("'") && branch.includes('"'))
    return `GitLab has no way to write the branch \`${branch}\` in a rule: both kinds of quotes are in it`;
  const secret = [...buildSecrets, ...environments.flatMap(({ secrets }) => secrets)].find((each) =>
    /^(?:CI|GITLAB)_/u.test(each),
  );
  return secret === undefined
    ? null
    : `GitLab sets variables that begin with CI_ and GITLAB_ itself, so no secret can be called \`${secret}\``;
}

function pipeline(facts: Facts): readonly string[] {
  const { environments } = facts;
  const secrets = allSecrets(facts);
  return [
    ...about(facts).map((line) => `# ${line}`),
    ...(facts.uses === null ? ["# Put the group that has the component on your GitLab in the place of OWNER."] : []),
    ...(secrets.length === 0
      ? []
      : [
          "# Tasks need these variables, which are set in Settings > CI/CD > Variables, protected and masked:",
          `# ${secrets.join(", ")}`,
        ]),
    `stages: [build, ${environments.map(stageOf).join(", ")}]`,
    "",
    "include:",
    ...environments.flatMap((environment, at) => indent(included(facts, environment, at), 2)),
    ...environments.flatMap((environment) => indent(wayBack(facts, environment), 2)),
    "",
    ...buildJob(facts),
  ];
}

function included(facts: Facts, environment: EnvironmentFacts, at: number): readonly string[] {
  return [
    `- component: ${component(facts, "deploy")}`,
    "  inputs:",
    ...common(facts, environment),
    "    archive: release.tar.gz",
    "    sha256-variable: RELEASE_SHA256",
    ...(at === 0 ? [] : ["    # Who may start it: Settings > CI/CD > Protected environments."]),
    ...rules(facts, at === 0 ? [] : ["when: manual"]),
  ];
}

function wayBack(facts: Facts, environment: EnvironmentFacts): readonly string[] {
  return [
    `- component: ${component(facts, "rollback")}`,
    "  inputs:",
    ...common(facts, environment),
    ...rules(facts, ["when: manual", "allow_failure: true"]),
  ];
}

/** When a job of a component is there: on the branch, and then as `more` says. */
function rules(facts: Facts, more: readonly string[]): readonly string[] {
  return ["    rules:", `      - if: ${onBranch(facts)}`, ...more.map((line) => `        ${line}`)];
}

/**
 * Texts in rules are within quotes of either kind, and nothing in them is replaced (https://docs.gitlab.com/ci/jobs/job_rules/). Plain in YAML:
 * names of branches have no spaces, and so neither `: ` nor ` #`.
 */
function onBranch({ branch }: Facts): string {
  const quote = branch.includes('"') ? "'" : '"';
  return `$CI_COMMIT_BRANCH == ${quote}${branch}${quote}`;
}

function common(facts: Facts, environment: EnvironmentFacts): readonly string[] {
  const { name, hosts } = environment;
  return [
    `    environment: ${scalar(name)}`,
    `    stage: ${stageOf(environment)}`,
    `    tier: ${tierOf(name)}`,
    ...(facts.config === null ? [] : [`    config: ${scalar(facts.config)}`]),
    ...(facts.installed ? ["    command: npx --no-install symlink-helper"] : []),
    ...(facts.packages === null ? [] : [`    before-script: [${facts.packages.beside}]`]),
    ...(hosts.length === 0 ? ['    ssh-key-variable: ""', '    known-hosts-variable: ""'] : []),
  ];
}

function buildJob(facts: Facts): readonly string[] {
  const { config, packages, environments } = facts;
  const [first] = environments;
  const path = config === null ? "" : ' --config "$PACK_CONFIG"';
  return [
    "build:",
    "  stage: build",
    "  image: node:22",
    "  rules:",
    `    - if: ${onBranch(facts)}`,
    "  variables:",
    `    PACK_ENVIRONMENT: ${scalar(first.name)}`,
    ...(config === null ? [] : [`    PACK_CONFIG: ${scalar(config)}`]),
    "  script:",
    ...(packages === null ? [] : [`    - ${packages.install}`]),
    "    - |",
    "      set -eu",
    `      packed=$(${program(facts)} pack "$PACK_ENVIRONMENT"${path} --out release.tar.gz --force --quiet)`,
    `      echo "RELEASE_SHA256=\${packed%% *}" > release.env`,
    "  artifacts:",
    "    # It is the application: not for everybody who may see the project.",
    "    access: developer",
    "    paths: [release.tar.gz]",
    "    reports:",
    "      dotenv: release.env",
    "    expire_in: 30 days",
  ];
}

function stageOf({ name }: EnvironmentFacts): string {
  return `deploy-${name}`;
}

function component(facts: Facts, name: string): string {
  return scalarOrVariable(gitlabComponent(facts, name));
}

/** What begins with a variable is plain in YAML, too. */
function scalarOrVariable(text: string): string {
  return /^\$\w[\w./@~-]*$/u.test(text) ? text : scalar(text);
}

const TIERS = ["production", "staging", "testing", "development"];

function tierOf(name: string): string {
  return TIERS.find((tier) => tier === name) ?? "other";
}
