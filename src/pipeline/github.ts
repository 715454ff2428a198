import type { PipelineFile } from "../report/pipeline-document.ts";
import type { EnvironmentFacts, Facts } from "./facts.ts";
import { branchPattern, expressionText, indent, workflowText } from "./quote.ts";
import { about, before, idOf, program } from "./words.ts";

/** Where the action is, as long as nobody has said. */
const ACTION = "OWNER/symlink-helper";

/** The workflow that deploys, and the one that goes back. */
export function githubFiles(facts: Facts): readonly PipelineFile[] {
  return [
    { path: ".github/workflows/deploy.yml", text: deployWorkflow(facts) },
    { path: ".github/workflows/rollback.yml", text: rollbackWorkflow(facts) },
  ];
}

export function githubAction({ uses, version }: Facts): string {
  return uses ?? `${ACTION}@v${version}`;
}

/** Why GitHub has no environment of that name, or its workflows cannot say it; null where they can. */
export function githubProblem({ environments, buildSecrets }: Facts): string | null {
  const name = environments.find(
    (each) => !/^[^-\p{Cc}'"`,;\\][^\p{Cc}'"`,;\\]{0,254}$/u.test(each.name) || each.name.includes("${{"),
  );
  if (name !== undefined)
    return `\`${name.name}\` cannot be the name of an environment in GitHub: quotes, commas, semicolons, backslashes, \`\${{\`, line breaks and a dash at the beginning cannot be in it`;
  const secret = [...buildSecrets, ...environments.flatMap(({ secrets }) => secrets)].find((each) => /^GITHUB_/iu.test(each));
  return secret === undefined ? null : `GitHub lets no secret be called \`${secret}\`: names that begin with GITHUB_ are its own`;
}

function deployWorkflow(facts: Facts): string {
  return file([
    ...about(facts).map((line) => `# ${line}`),
    ...toReplace(facts),
    "# Pin the actions to commits: a tag can be moved.",
    "name: Deploy",
    "",
    "on:",
    "  push:",
    `    branches: [${branchPattern(facts.branch)}]`,
    "",
    ...PERMISSIONS,
    "",
    "jobs:",
    ...indent(buildJob(facts), 2),
    ...facts.environments.flatMap((environment) => ["", ...indent(deployJob(facts, environment), 2)]),
  ]);
}

function toReplace({ uses }: Facts): readonly string[] {
  return uses === null ? ["# Put the repository of the action in the place of OWNER/symlink-helper."] : [];
}

const PERMISSIONS = ["# The tokens of GitHub can do no more than read the code.", "permissions:", "  contents: read"];

function buildJob(facts: Facts): readonly string[] {
  const [first] = facts.environments;
  const secrets = facts.buildSecrets.map((name) => `    ${name}: \${{ secrets.${name} }}`);
  const config = facts.config === null ? "" : ' --config "$CONFIG"';
  return [
    "build:",
    "  runs-on: ubuntu-latest",
    "  timeout-minutes: 30",
    "  outputs:",
    "    # Not in the artifact: who could exchange one could exchange the other.",
    "    sha256: ${{ steps.pack.outputs.sha256 }}",
    "  steps:",
    ...indent(CHECKOUT, 4),
    ...(facts.packages === null ? [] : [`    - run: ${facts.packages.install}`]),
    "    - id: pack",
    "      env:",
    `        ENVIRONMENT: ${workflowText(first.name)}`,
    ...(facts.config === null ? [] : [`        CONFIG: ${workflowText(facts.config)}`]),
    ...indent(secrets, 4),
    "      run: |",
    `        packed=$(${program(facts)} pack "$ENVIRONMENT"${config} --out "$RUNNER_TEMP/release.tar.gz" --quiet)`,
    `        echo "sha256=\${packed%% *}" >> "$GITHUB_OUTPUT"`,
    "    - uses: actions/upload-artifact@v5",
    "      with:",
    "        name: release",
    "        path: ${{ runner.temp }}/release.tar.gz",
    "        if-no-files-found: error",
  ];
}

/** All commits, so that those since the last release can be listed. */
const CHECKOUT = ["- uses: actions/checkout@v5", "  with:", "    fetch-depth: 0", "    persist-credentials: false"];

function deployJob(facts: Facts, environment: EnvironmentFacts): readonly string[] {
  const earlier = before(facts, environment);
  const needs = facts.environments.filter(({ name }) => name === earlier).map((each) => `deploy-${idOf(facts, each)}`);
  const id = idOf(facts, environment);
  return [
    `deploy-${id}:`,
    `  needs: ${needs.length === 0 ? "build" : `[build, ${needs.join(", ")}]`}`,
    ...(earlier === null ? [] : ["  # Who must agree is said in Settings > Environments; until it is, nobody is asked."]),
    ...onHosts(environment, `deploy-${facts.app}-${environment.name}`),
    "  timeout-minutes: 30",
    "  steps:",
    ...indent(CHECKOUT, 4),
    ...packages(facts),
    "    - uses: actions/download-artifact@v5",
    "      with:",
    "        name: release",
    "        path: ${{ runner.temp }}",
    "    - id: deploy",
    `      uses: ${workflowText(githubAction(facts))}`,
    "      with:",
    `        environment: ${workflowText(environment.name)}`,
    ...configured(facts, 8),
    "        archive: ${{ runner.temp }}/release.tar.gz",
    "        sha256: ${{ needs.build.outputs.sha256 }}",
    ...indent(credentials(environment), 8),
    "    - if: always() && steps.deploy.outputs.report != ''",
    "      uses: actions/upload-artifact@v5",
    "      with:",
    `        name: report-${id}`,
    "        path: ${{ steps.deploy.outputs.report }}",
  ];
}

function rollbackWorkflow(facts: Facts): string {
  const names = facts.environments.map(({ name }) => workflowText(name)).toReversed();
  return file([
    "# Goes back to a release that was good. Started by hand: Actions > Roll back > Run workflow.",
    ...toReplace(facts),
    "name: Roll back",
    "",
    "on:",
    "  workflow_dispatch:",
    "    inputs:",
    "      environment:",
    "        description: Where",
    "        type: choice",
    `        options: [${names.join(", ")}]`,
    "        required: true",
    "      release:",
    "        description: To which release; empty for the last one that was good",
    "        type: string",
    "",
    ...PERMISSIONS,
    "",
    "jobs:",
    ...facts.environments.flatMap((environment, at) => [
      ...(at === 0 ? [] : [""]),
      ...indent(rollbackJob(facts, environment), 2),
    ]),
  ]);
}

/** One for each environment: each has secrets of its own. */
function rollbackJob(facts: Facts, environment: EnvironmentFacts): readonly string[] {
  return [
    `rollback-${idOf(facts, environment)}:`,
    `  if: ${condition(environment)}`,
    ...onHosts(environment, `rollback-${facts.app}-${environment.name}`),
    "  timeout-minutes: 15",
    "  steps:",
    ...indent(CHECKOUT, 4),
    ...packages(facts),
    `    - uses: ${workflowText(githubAction(facts))}`,
    "      with:",
    "        command: rollback",
    `        environment: ${workflowText(environment.name)}`,
    ...configured(facts, 8),
    "        release: ${{ inputs.release }}",
    ...indent(credentials(environment), 8),
  ];
}

function condition({ name }: EnvironmentFacts): string {
  const expression = `inputs.environment == ${expressionText(name)}`;
  return /[:#]/u.test(name) ? JSON.stringify(expression) : expression;
}

// Of those that wait in a group GitHub keeps the last, also one that waits for a yes: a deploy must not throw a way back out. The lock of the
// hosts keeps the two apart.
function onHosts({ name }: EnvironmentFacts, group: string): readonly string[] {
  return [
    "  runs-on: ubuntu-latest",
    `  environment: ${workflowText(name)}`,
    "  concurrency:",
    `    group: ${workflowText(group)}`,
    "    cancel-in-progress: false",
  ];
}

function packages(facts: Facts): readonly string[] {
  return facts.packages === null ? [] : [`    - run: ${facts.packages.beside}`];
}

function configured({ config }: Facts, by: number): readonly string[] {
  return config === null ? [] : indent([`config: ${workflowText(config)}`], by);
}

function credentials({ hosts, secrets }: EnvironmentFacts): readonly string[] {
  const ssh = ["ssh-private-key: ${{ secrets.SSH_PRIVATE_KEY }}", "known-hosts: ${{ vars.SSH_KNOWN_HOSTS }}"];
  // Between words: a secret of several lines would end behind its first one.
  const named = secrets.flatMap((name) => [`  ${name}<<END_OF_${name}`, `  \${{ secrets.${name} }}`, `  END_OF_${name}`]);
  return [...(hosts.length === 0 ? [] : ssh), ...(named.length === 0 ? [] : ["secrets: |", ...named])];
}

function file(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
