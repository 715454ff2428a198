import { allHosts } from "./all-hosts.ts";
import { addressParts, notifySecrets, notifySecretTexts } from "./notify.ts";
import type { Check } from "./checks.ts";
import type { ResolvedConfig, Task } from "./resolved.ts";

/**
 * Names of all variables of the controller's environment that some task receives, those of named commands included, or that telling
 * others needs, sorted. Whether they exist is not checked.
 */
export function secretNames(config: ResolvedConfig): readonly string[] {
  const all = { ...config, hosts: allHosts(config) };
  const commands = all.hosts.flatMap((host) => Object.values(host.commands));
  return [
    ...new Set([...namesIn([...tasksOf(all), ...commands]), ...checkSecretNames(all), ...notifySecretNames(config)]),
  ].toSorted();
}

/** Those that telling others needs; no task gets them without naming them itself. */
export function notifySecretNames({ notify }: ResolvedConfig): readonly string[] {
  return [...new Set(notify.flatMap(notifySecrets))];
}

/**
 * All secrets that this machine has: values of the variables that the configuration names, addresses that let whoever knows them post, and
 * what of those others may say again.
 */
export function secretTexts(config: ResolvedConfig, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const texts = [...secretNames(config).flatMap((name) => env[name] ?? []), ...notifySecretTexts(config.notify)];
  return [...texts, ...texts.flatMap(addressParts)];
}

/** Those that a deploy needs. */
export function deploySecretNames(config: ResolvedConfig): readonly string[] {
  return [...new Set([...namesIn(tasksOf(config)), ...checkSecretNames(config)])].toSorted();
}

/** Those that building needs. */
export function buildSecretNames({ build }: ResolvedConfig): readonly string[] {
  return namesIn(build);
}

/** Those that checks need. */
export function checkSecretNames({ hosts }: ResolvedConfig): readonly string[] {
  return [...new Set(hosts.flatMap(({ check }) => check.flatMap(secretsOf)))];
}

function secretsOf(check: Check): readonly string[] {
  if (check.kind === "command") return check.task.secrets;
  return check.kind === "http"
    ? Object.values(check.send).flatMap((text) => (typeof text === "string" ? [] : [text.secret]))
    : [];
}

function tasksOf(config: ResolvedConfig): readonly Task[] {
  return [...config.build, ...config.hosts.flatMap((host) => Object.values(host.tasks).flat())];
}

function namesIn(tasks: readonly Task[]): readonly string[] {
  return [...new Set(tasks.flatMap((task) => task.secrets))].toSorted();
}

const SECRET =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|(?:^|_)(?:PASS|PW|JWT|PAT|AUTH)$|_PWD$|(?<!PUBLIC|PUB)_KEYS?$/iu;
const NAME_OF_A_FILE = /_(?:FILE|PATH|DIR|SOCK)$/iu;

/** Whether a variable of that name probably holds a secret. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name) && !NAME_OF_A_FILE.test(name);
}

/**
 * A text with `***` for what is probably a secret in it: what stands before the machine of an address, the value of an assignment or of an
 * option with such a name, and what a header Authorization holds. What a variable holds (`$TOKEN`) is not there to be hidden.
 */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/(?<=https?:\/\/)[^\s/'"]+(?=@)/giu, HIDDEN)
    .replaceAll(/(?<=\w:\/\/[^\s/'":@]*:)[^\s/'"]+(?=@)/gu, HIDDEN)
    .replaceAll(/(\b[A-Za-z_]\w*)=(?!["']?\$)("[^"]*"|'[^']*'|[^\s;&|'"]+)/gu, (all, name: string) =>
      looksSecret(name) ? `${name}=${HIDDEN}` : all,
    )
    .replaceAll(
      /(--(?:password|passphrase|token|secret|api-?key)[= ])(?!["']?\$|-)("[^"]*"|'[^']*'|[^\s;&|'"]+)/giu,
      `$1${HIDDEN}`,
    )
    .replaceAll(/(\bAuthorization: *)(?!(?:\w+ +)?\$)((?:(?:Bearer|Basic|Token) +)?)[^\s'"]+/giu, `$1$2${HIDDEN}`);
}

/** What is shown instead of a secret. */
export const HIDDEN = "***";
