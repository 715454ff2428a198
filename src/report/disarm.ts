/**
 * Takes the power from text that CI systems would obey when they find it in a log: a line of ours with a release, a host or a message
 * in it must not be read as a command. GitHub's runner obeys `::name::` behind any white space at the start of a line, and
 * `##[name]` anywhere in it (actions/runner, ActionCommand.cs); Azure Pipelines and TeamCity obey `##vso[…]` and `##teamcity[…]`.
 */
export function disarm(line: string): string {
  return line.replace(/^(\s*):(?=:)/, "$1: ").replaceAll(/#(?=#\w*\[)/g, "# ");
}
