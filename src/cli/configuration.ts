import { isAbsolute, relative } from "node:path";
import { findConfig } from "../config/find.ts";
import { evaluateProgram, findHosts, readText, type Ask, type Parse, type ReadText } from "../config/load.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { withSshConfig } from "../config/ssh-config.ts";
import { UserError } from "../errors.ts";
import { type LoadedConfig, settled } from "../library/load.ts";
import type { ConfigRequest, World } from "./world.ts";

/**
 * Finds, reads and resolves the configuration. Throws a UserError that shows every problem of the file at once. Each file is read
 * once, however often one asks: what came out of a pipe does not come again, and programs run once.
 */
export function configurationReader(env: Readonly<Record<string, string | undefined>> = {}): World["loadConfig"] {
  const texts = new Map<string, ReturnType<typeof readText>>();
  const values = new Map<string, ReturnType<typeof evaluateProgram>>();
  const hosts = new Map<string, ReturnType<typeof findHosts>>();
  return (request) => {
    const { signal } = request;
    const read: ReadText = (file) => once(texts, file, () => readText(file, signal));
    const evaluate: Parse = (file) => once(values, file, () => evaluateProgram(file, { env, signal }));
    const ask: Ask = (wanted) => once(hosts, JSON.stringify(wanted), () => findHosts(wanted, { env, signal }));
    const ssh = (config: ResolvedConfig): ResolvedConfig => withSshConfig(config, env, request.directory ?? "/");
    return readConfiguration(request, { read, evaluate, ask, ssh });
  };
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const value = made.get(key) ?? make();
  made.set(key, value);
  return value;
}

async function readConfiguration(
  request: ConfigRequest,
  by: { read: ReadText; evaluate: Parse; ask: Ask; ssh: (config: ResolvedConfig) => ResolvedConfig },
): Promise<LoadedConfig> {
  const { environment, orFirst, ref } = request;
  const file = await fileOf(request);
  return settled({ file, environment: environment ?? undefined, orFirst, ref: ref ?? undefined, ...by });
}

async function fileOf({ file, directory }: ConfigRequest): Promise<string> {
  if (file !== null && isAbsolute(file)) return file;
  if (directory !== null) return file ?? nearest(directory);
  throw new UserError({
    kind: "configuration",
    message: "The folder that this was called in is gone: somebody removed it or put another one in its place.",
    remedy: "Go to a folder that exists, for example: cd ~. Or name the configuration by its whole path: --config /PATH/FILE",
  });
}

// Named from where the user is, as they would name it.
async function nearest(directory: string): Promise<string> {
  const found = await findConfig(directory);
  if (found !== null) return relative(directory, found);
  throw new UserError({
    kind: "configuration",
    message: `There is no symlink-helper.yaml in ${directory} or in any folder above it, nor one in .json, .toml, .ts or .js.`,
    remedy: "Go to the folder of your application, or name the file: --config FILE",
  });
}
