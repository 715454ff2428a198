import { shellWord } from "../report/command-line.ts";
import type { PipelineStep } from "../report/pipeline-document.ts";
import type { EnvironmentFacts, Facts, System } from "./facts.ts";
import { gitlabComponent } from "./gitlab.ts";
import { githubAction } from "./github.ts";
import { jenkinsIds, jenkinsLibrary } from "./jenkins.ts";
import { allSecrets } from "./words.ts";

/** What a person sets before the pipeline can run, in this order. */
export function stepsFor(system: System, facts: Facts): readonly PipelineStep[] {
  const remote = facts.environments.filter(({ hosts }) => hosts.length > 0);
  const own = { github: githubSteps, gitlab: gitlabSteps, jenkins: jenkinsSteps }[system];
  return [...keySteps(remote), ...own(facts, remote)];
}

/** One key for each environment: who has that of staging cannot reach production. */
function keySteps(environments: readonly EnvironmentFacts[]): readonly PipelineStep[] {
  if (environments.length === 0) return [];
  return [
    {
      title:
        "Make a key for each environment, without passphrase, for this purpose alone, and let it into its hosts (~/.ssh/authorized_keys):",
      lines: environments.map((each) => `ssh-keygen -t ed25519 -N '' -C ${shellWord(`deploy-${each.name}`)} -f ${keyFile(each)}`),
    },
    {
      title:
        "On a machine and a network that you trust, fetch the keys of the hosts, and compare each fingerprint with what the host says of itself (there: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub):",
      lines: environments.flatMap((each) => [
        ...each.hosts.map(
          ({ host, port }) =>
            `ssh-keyscan -t ed25519${port === null || port === 22 ? "" : ` -p ${port}`} ${shellWord(host)} >> ${knownHostsFile(each)}`,
        ),
        `ssh-keygen -lf ${knownHostsFile(each)}`,
      ]),
    },
  ];
}

function githubSteps(facts: Facts, remote: readonly EnvironmentFacts[]): readonly PipelineStep[] {
  const [first, ...later] = facts.environments;
  const secrets = facts.environments.flatMap((each) => each.secrets.map((name) => `gh secret set ${name} ${only(each)}`));
  const forBuild = facts.buildSecrets.map((name) => `gh secret set ${name}`);
  return [
    {
      title: "In Settings > Environments of the repository make these, each for your branch only:",
      lines: [
        `${first.name}: deployed to by itself`,
        ...later.map(({ name }) => `${name}: with required reviewers, else nobody is asked before it`),
      ],
    },
    ...unlessEmpty(
      "Give each its key and its host keys:",
      remote.flatMap((each) => [
        `gh secret set SSH_PRIVATE_KEY ${only(each)} < ${keyFile(each)}`,
        `gh variable set SSH_KNOWN_HOSTS ${only(each)} < ${knownHostsFile(each)}`,
      ]),
    ),
    ...unlessEmpty("And the secrets that the tasks need (each command asks for the value):", [...secrets, ...forBuild]),
    ...replaced(facts, `uses: ${githubAction(facts)}`, "the repository and the commit of the action that you trust"),
  ];
}

function only({ name }: EnvironmentFacts): string {
  return `--env ${shellWord(name)}`;
}

function gitlabSteps(facts: Facts, remote: readonly EnvironmentFacts[]): readonly PipelineStep[] {
  const [, ...later] = facts.environments;
  return [
    ...unlessEmpty(
      "In Settings > CI/CD > Variables, type File, protected, each with its environment as scope:",
      remote.flatMap((each) => [
        `SSH_PRIVATE_KEY for ${each.name}: what is in ${keyFile(each)}`,
        `SSH_KNOWN_HOSTS for ${each.name}: what is in ${knownHostsFile(each)}`,
      ]),
    ),
    ...unlessEmpty("There as well the secrets that the tasks need, masked and protected:", [
      ...facts.environments.flatMap(({ name, secrets }) => secrets.map((secret) => `${secret} for ${name}`)),
      ...facts.buildSecrets.map((secret) => `${secret} for all environments: the build needs it`),
    ]),
    ...unlessEmpty(
      "In Settings > CI/CD > Protected environments, who may start the job (else whoever may push to the branch):",
      later.map(({ name }) => name),
    ),
    ...replaced(facts, `component: ${gitlabComponent(facts, "deploy")}`, "where the component is on your GitLab"),
  ];
}

function jenkinsSteps(facts: Facts, remote: readonly EnvironmentFacts[]): readonly PipelineStep[] {
  const library = jenkinsLibrary(facts);
  return [
    ...unlessEmpty(
      "In Manage Jenkins > Credentials:",
      remote.flatMap((each) => [
        `${jenkinsIds(each).key}, SSH Username with private key: what is in ${keyFile(each)}`,
        `${jenkinsIds(each).knownHosts}, Secret file: ${knownHostsFile(each)}`,
      ]),
    ),
    ...unlessEmpty("There as well the secrets that the tasks need, as Secret text with these ids:", allSecrets(facts)),
    {
      title: "In Manage Jenkins > System > Global Trusted Pipeline Libraries, the shared library:",
      lines: [`${library.split("@")[0]}: the repository of Symlink Helper, which you trust`],
    },
    {
      title: "Make a Pipeline job from the Jenkinsfile of this repository. Without a `submitter` whoever may build may agree.",
      lines: [],
    },
  ];
}

function replaced({ uses }: Facts, line: string, by: string): readonly PipelineStep[] {
  return uses === null ? [{ title: `Put ${by} in the place of OWNER (or write the files with --uses):`, lines: [line] }] : [];
}

function unlessEmpty(title: string, lines: readonly string[]): readonly PipelineStep[] {
  return lines.length === 0 ? [] : [{ title, lines }];
}

function keyFile({ name }: EnvironmentFacts): string {
  return shellWord(`${asFile(name)}_key`);
}

function knownHostsFile({ name }: EnvironmentFacts): string {
  return shellWord(`${asFile(name)}_known_hosts`);
}

function asFile(name: string): string {
  return name.replaceAll(/[^\w.-]/gu, "_");
}
