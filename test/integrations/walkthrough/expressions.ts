/** What an expression of a workflow may ask for, by its whole name: `secrets.TOKEN`. What is not there is empty, as it is for GitHub. */
export type Context = Readonly<Record<string, string>>;

/** A text with each `${{ … }}` in it replaced, as far as our files have them. */
export function filled(text: string, context: Context): string {
  return text.replaceAll(/\$\{\{ (?<expression>.*?) \}\}/gu, (_, expression: string) => operand(expression, context));
}

/** Whether a condition holds: comparisons between `&&`, and `always()`. */
export function holds(condition: string, context: Context): boolean {
  return condition.split(" && ").every((clause) => {
    if (clause === "always()") return true;
    const [, left = "", sign, right = ""] = /^(\S+) (==|!=) (\S+)$/u.exec(clause) ?? [];
    if (sign === undefined) throw new Error(`This emulator knows no condition \`${clause}\`.`);
    return (operand(left, context) === operand(right, context)) === (sign === "==");
  });
}

function operand(expression: string, context: Context): string {
  const quoted = /^'(?<text>(?:[^']|'')*)'$/u.exec(expression)?.groups?.["text"];
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  if (!/^(?:secrets|vars|needs|steps|inputs|runner)(?:\.[\w-]+)+$/u.test(expression))
    throw new Error(`This emulator knows no expression \`${expression}\`.`);
  return context[expression] ?? "";
}
