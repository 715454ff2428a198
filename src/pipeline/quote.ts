import { scalar } from "../init/yaml-text.ts";

/** A text as the value of a key of a GitHub workflow: no `${{` in it is taken for an expression. */
export function workflowText(text: string): string {
  return scalar(text.replaceAll("${{", "${{ '${{' }}"));
}

/** A text within an expression of GitHub. */
export function expressionText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A branch where GitHub takes a pattern. */
export function branchPattern(branch: string): string {
  return workflowText(branch.replaceAll(/[*?+[\]!\\]/gu, "\\$&"));
}

/** A text in Groovy, where nothing in it is replaced. */
export function groovyText(text: string): string {
  const escaped = text.replaceAll(/[\\']/gu, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `'${escaped}'`;
}

/** How often lines are moved to the right in YAML and Groovy. */
export function indent(lines: readonly string[], by: number): readonly string[] {
  return lines.map((line) => (line === "" ? "" : `${" ".repeat(by)}${line}`));
}
