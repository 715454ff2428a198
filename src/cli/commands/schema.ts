import { jsonSchema, schemaText } from "../../config/json-schema.ts";
import { runAlone } from "../alone.ts";
import type { CliContext } from "../context.ts";
import type { GlobalFlags } from "../options.ts";

export default async function schema(cli: CliContext, flags: GlobalFlags): Promise<void> {
  await runAlone(cli, { command: "schema", flags }, made, () => schemaText().trimEnd().split("\n"));
}

function made(): Promise<object> {
  return Promise.resolve(jsonSchema());
}
