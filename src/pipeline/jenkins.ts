import type { PipelineFile } from "../report/pipeline-document.ts";
import type { EnvironmentFacts, Facts } from "./facts.ts";
import { groovyText, indent } from "./quote.ts";
import { about, before, program } from "./words.ts";

/** A declarative pipeline with the step of the shared library. */
export function jenkinsFiles(facts: Facts): readonly PipelineFile[] {
  return [{ path: "Jenkinsfile", text: `${pipeline(facts).join("\n")}\n` }];
}

export function jenkinsLibrary({ uses, version }: Facts): string {
  return uses ?? `symlink-helper@v${version}`;
}

/** Ids of the credentials of an environment. */
export function jenkinsIds({ name }: EnvironmentFacts): { readonly key: string; readonly knownHosts: string } {
  return { key: `${name}-key`, knownHosts: `${name}-known-hosts` };
}

/** Why the step takes no such name; null where it does. */
export function jenkinsProblem({ environments }: Facts): string | null {
  const name = environments.find((each) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/u.test(each.name));
  if (name === undefined) return null;
  return `\`${name.name}\` cannot be the name of an environment in Jenkins, as credentials and locks have it in their ids: letters, digits, dot, dash and underscore can be in it`;
}

function pipeline(facts: Facts): readonly string[] {
  const { environments } = facts;
  return [
    ...about(facts).map((line) => `// ${line}`),
    "// The shared library is set up in Manage Jenkins > System.",
    `@Library(${groovyText(jenkinsLibrary(facts))}) _`,
    "",
    "// Known by the build alone, and not in the file: who could exchange one could exchange the other.",
    "def sha256 = ''",
    "// Each stage checks the branch out anew, and it may have moved on: the configuration is that of the commit that was built.",
    "def commit = ''",
    "",
    "pipeline {",
    "    agent none",
    "    parameters {",
    "        choice(name: 'ACTION', choices: ['deploy', 'rollback'], description: 'Deploy what is committed, or go back')",
    `        choice(name: 'ENVIRONMENT', choices: [${environments
      .map(({ name }) => groovyText(name))
      .toReversed()
      .join(", ")}], description: 'Where to go back')`,
    "        string(name: 'RELEASE', defaultValue: '', description: 'To which release; empty for the last one that was good')",
    "    }",
    "    // Builds do not wait for one another: the way back would wait for one that asks. The step lets one at a time into each environment.",
    "    options {",
    "        skipStagesAfterUnstable()",
    "        timeout(time: 1, unit: 'DAYS')",
    "    }",
    "    stages {",
    ...indent(buildStage(facts), 8),
    ...environments.flatMap((environment) => indent(deployStage(facts, environment), 8)),
    ...environments.flatMap((environment) => indent(wayBack(facts, environment), 8)),
    "    }",
    "}",
  ];
}

function buildStage(facts: Facts): readonly string[] {
  const { config, packages, buildSecrets, environments } = facts;
  const [first] = environments;
  const values = [`PACK_ENVIRONMENT=${first.name}`, ...(config === null ? [] : [`PACK_CONFIG=${config}`])];
  const path = config === null ? "" : ' --config "$PACK_CONFIG"';
  const pack = `packed=$(${program(facts)} pack "$PACK_ENVIRONMENT"${path} --out release.tar.gz --force --quiet) && echo "\${packed%% *}"`;
  return [
    "stage('Build') {",
    ...when(deploys(facts)),
    "    agent any",
    "    options { timeout(time: 30, unit: 'MINUTES') }",
    "    steps {",
    ...indent(
      withSecrets(buildSecrets, [
        ...(packages === null ? [] : [`sh '${packages.install}'`]),
        `withEnv([${values.map((value) => groovyText(value.replaceAll("$", "$$$$"))).join(", ")}]) {`,
        "    script {",
        "        commit = sh(returnStdout: true, script: 'git rev-parse HEAD').trim()",
        `        sha256 = sh(returnStdout: true, script: ${groovyText(pack)}).trim()`,
        "    }",
        "}",
        "stash(name: 'release', includes: 'release.tar.gz')",
        "archiveArtifacts(artifacts: 'release.tar.gz')",
      ]),
      8,
    ),
    "    }",
    "}",
  ];
}

function deployStage(facts: Facts, environment: EnvironmentFacts): readonly string[] {
  const { name } = environment;
  const asks = before(facts, environment) !== null;
  return [
    `stage(${groovyText(`Deploy to ${name}`)}) {`,
    ...when(deploys(facts), asks),
    ...(asks
      ? [
          "    // Who may agree: add `submitter 'NAME-OF-A-GROUP'`.",
          "    input {",
          `        message ${groovyText(`Deploy to ${name}?`)}`,
          "        ok 'Deploy'",
          "    }",
        ]
      : []),
    "    agent any",
    "    options { timeout(time: 60, unit: 'MINUTES') }",
    "    steps {",
    "        withEnv(['COMMIT=' + commit]) {",
    `            sh 'git checkout --quiet --detach "$COMMIT"'`,
    "        }",
    "        unstash('release')",
    ...indent(step(facts, environment, ["options: ['--archive=release.tar.gz', '--sha256=' + sha256]"]), 8),
    "    }",
    "}",
  ];
}

function wayBack(facts: Facts, environment: EnvironmentFacts): readonly string[] {
  const { name } = environment;
  return [
    `stage(${groovyText(`Back in ${name}`)}) {`,
    ...when(`params.ACTION == 'rollback' && params.ENVIRONMENT == ${groovyText(name)}`),
    "    agent any",
    "    options { timeout(time: 30, unit: 'MINUTES') }",
    "    steps {",
    ...indent(step(facts, environment, ["command: 'rollback', to: params.RELEASE"]), 8),
    "    }",
    "}",
  ];
}

/** Where Jenkins knows of branches, only that one is deployed. */
function deploys({ branch }: Facts): string {
  const name = groovyText(branch);
  return `params.ACTION == 'deploy' && (env.BRANCH_NAME ?: ${name}) == ${name}`;
}

function when(condition: string, asks = false): readonly string[] {
  return [
    "    when {",
    ...(asks ? ["        beforeInput true"] : []),
    "        beforeAgent true",
    `        expression { ${condition} }`,
    "    }",
  ];
}

function step(facts: Facts, environment: EnvironmentFacts, more: readonly string[]): readonly string[] {
  const { name, hosts, secrets } = environment;
  const ids = hosts.length === 0 ? { key: "", knownHosts: "" } : jenkinsIds(environment);
  const given = [
    `environment: ${groovyText(name)}, sshKey: ${groovyText(ids.key)}, knownHosts: ${groovyText(ids.knownHosts)}`,
    ...(facts.config === null ? [] : [`config: ${groovyText(facts.config)}`]),
    ...(facts.installed ? ["program: ['npx', '--no-install', 'symlink-helper']"] : []),
    ...more,
  ];
  const prepared = facts.packages === null ? [] : [`sh '${facts.packages.beside}'`];
  return withSecrets(secrets, [...prepared, "symlinkHelper(", ...indent(given.map(listed), 4), ")"]);
}

function listed(line: string, at: number, lines: readonly string[]): string {
  return at === lines.length - 1 ? line : `${line},`;
}

/** Credentials of kind "Secret text", whose ids are the names of the variables. */
function withSecrets(names: readonly string[], lines: readonly string[]): readonly string[] {
  if (names.length === 0) return lines;
  const bound = names.map((name) => `string(credentialsId: ${groovyText(name)}, variable: ${groovyText(name)})`);
  return [`withCredentials([${bound.join(", ")}]) {`, ...indent(lines, 4), "}"];
}
