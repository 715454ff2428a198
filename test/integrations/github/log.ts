/** A command that a runner obeyed. */
interface Obeyed {
  readonly name: string;
  readonly properties: string;
  readonly data: string;
}

/** A log as GitHub's runner takes it: what it obeys, and what is left for people to read, with `***` for what it was told to hide. */
export interface TakenLog {
  readonly obeyed: readonly Obeyed[];
  readonly shown: string;
  /** Commands are still switched off at the end. */
  readonly stopped: boolean;
}

/** The runner obeys `::name::` behind any white space at the start of a line, and `##[name]` anywhere in it, unless it was told to stop. */
export function takeLog(log: string): TakenLog {
  const obeyed: Obeyed[] = [];
  const shown: string[] = [];
  const masks: string[] = [];
  let stopped: string | null = null;
  for (const line of log.split("\n")) {
    const command = commandIn(line);
    if (stopped !== null && command?.name !== stopped) shown.push(line);
    else if (command?.name === "stop-commands") stopped = command.data;
    else if (stopped !== null) stopped = null;
    else if (command === null) shown.push(line);
    else {
      obeyed.push(command);
      if (command.name === "add-mask") masks.push(command.data);
    }
  }
  const hidden = masks.reduce((text, mask) => text.replaceAll(mask, "***"), shown.join("\n"));
  return { obeyed, shown: hidden, stopped: stopped !== null };
}

function commandIn(line: string): Obeyed | null {
  const [, name, properties = "", data = ""] =
    /^\s*::([\w-]+)(?: ([^:]*))?::(.*)$/u.exec(line.replace(/\r$/u, "")) ?? /##\[([\w-]+)(?: ([^\]]*))?\](.*)$/u.exec(line) ?? [];
  return name === undefined ? null : { name, properties, data: unescaped(data) };
}

function unescaped(text: string): string {
  return text.replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%");
}

/** A file into which steps write `name=value`, or `name<<WORD`, lines, `WORD`. Of two of the same name the later one holds. */
export function takeFile(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const [, name = "", sign, rest = ""] = /^([^=<]+)(=|<<)(.*)$/u.exec(lines[at] ?? "") ?? [];
    if (sign === "=") values[name] = rest;
    else if (sign === "<<") {
      const end = lines.indexOf(rest, at + 1);
      if (end === -1) throw new Error(`The file names ${name}, which never ends.`);
      values[name] = lines.slice(at + 1, end).join("\n");
      at = end;
    }
  }
  return values;
}
