import type { InitOptions } from "../api.ts";
import { SCHEMA_FILE } from "../config/find.ts";
import { schemaText } from "../config/json-schema.ts";
import { UserError } from "../errors.ts";
import type { Run } from "../host/spawn.ts";
import type { InitDocument } from "../report/init-document.ts";
import {
  PLACEHOLDER,
  type Question,
  appQuestion,
  environmentProblem,
  hostsIn,
  hostsProblem,
  hostsQuestion,
  rootQuestion,
} from "./answers.ts";
import { appName, detect, recipeFor } from "./detect.ts";
import { lookAt } from "./look.ts";
import type { Project } from "./project.ts";
import { KINDS, type Kind } from "./recipe.ts";
import { type Place, render, schemaIn, takesDirectory } from "./render.ts";
import { CONFIG_FILE, makeScratch, refuseExisting, scratchName, writeConfig } from "./write.ts";

/**
 * Looks at the project in a folder and writes a configuration for it.
 *
 * @throws UserError where there is one already, or a given value is wrong; nothing is written then, nor after an abort.
 */
export async function init(options: InitOptions, { run }: { readonly run: Run }): Promise<InitDocument> {
  if (options.write) await refuseExisting(options.directory);
  const kindGiven = knownKind(options.kind);
  const project = await lookAt(options.directory, run);
  const kind = kindGiven ?? detect(project);
  const recipe = recipeFor(kind, project);
  const place = await placeFor(options, project, `${recipe.title.replace(/, built.*| that is built.*/u, "")} (${kind})`);
  const text = render(recipe, place, project);
  options.signal.throwIfAborted();
  const schema = schemaIn(project) === SCHEMA_FILE ? schemaText() : null;
  const fate = options.write ? await writeConfig(options.directory, { config: text, schema }) : "none";
  if (options.write && !takesDirectory(recipe, project)) await makeScratch(options.directory, place.scratch);
  return {
    schema: 1,
    app: place.app,
    environment: place.environment,
    kind,
    title: recipe.title,
    file: options.write ? CONFIG_FILE : null,
    schemaFile: fate === "written" ? SCHEMA_FILE : null,
    hosts: place.hosts,
    root: place.root,
    placeholders: place.hosts.includes(PLACEHOLDER),
    sharedFiles: recipe.sharedFiles ?? [],
    commit: project.git !== null && !project.git.hasCommits && recipe.fromDirectory !== true,
    notes: [...(recipe.notes ?? []), ...(fate === "other" ? [OTHER_SCHEMA] : [])],
    text,
  };
}

const OTHER_SCHEMA = `There is another ${SCHEMA_FILE} already, which is left as it is. To renew it: symlink-helper schema > ${SCHEMA_FILE}`;

function knownKind(kind: string | undefined): Kind | undefined {
  const known = KINDS.find((each) => each === kind);
  if (kind === undefined || known !== undefined) return known;
  throw wrong(`There is no kind \`${kind}\`. There are: ${KINDS.join(", ")}.`);
}

async function placeFor(options: InitOptions, project: Project, looksLike: string): Promise<Place> {
  const environment = options.environment ?? "production";
  refuse(environmentProblem(environment));
  const given = options.hosts ?? [];
  refuse(hostsProblem(given));
  options.say?.(`This looks like: ${looksLike}. An empty answer takes what is in brackets.`);
  const app = await valueOf(appQuestion(appName(project)), undefined, options);
  const hosts = given.length > 0 ? given : hostsIn(await valueOf(hostsQuestion(), undefined, options));
  const root = await valueOf(rootQuestion(app), options.root, options);
  const scratch = await scratchName(options.directory);
  return { app, environment, hosts: hosts.length > 0 ? hosts : [PLACEHOLDER], root, scratch };
}

/** What was given, else what is answered, as often as it takes; where nobody can be asked, what is suggested. */
async function valueOf({ ask, suggested, problem }: Question, given: string | undefined, options: InitOptions): Promise<string> {
  if (given !== undefined) refuse(problem(given));
  if (given !== undefined || options.ask === undefined) return given ?? suggested;
  for (;;) {
    const answer = (await options.ask(`${ask}${suggested === "" ? "" : ` [${suggested}]`}:`)).trim() || suggested;
    options.signal.throwIfAborted();
    const wrongWith = answer === "" ? null : problem(answer);
    if (wrongWith === null) return answer;
    options.say?.(`${wrongWith}.`);
  }
}

function refuse(problem: string | null): void {
  if (problem !== null) throw wrong(`${problem}.`);
}

function wrong(message: string): UserError {
  return new UserError({ kind: "usage", message, remedy: "Type `symlink-helper init --help` for what there is." });
}
