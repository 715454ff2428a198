// Writes the JSON Schema of the configuration, from the schema that the program checks by. test/config/json-schema.test.ts tells
// when it must be run.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { schemaText } from "../dist/config/json-schema.js";
import { root } from "./files.mjs";

const file = join(root, "schema/symlink-helper.schema.json");
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, schemaText());
