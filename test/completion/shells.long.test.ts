import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root as checkout } from "../../scripts/files.mjs";
import { remember } from "../../src/completion/kept.ts";
import { findProgram } from "../hosts/machine.ts";

let place: string;
let project: string;
const NEWEST = "20261123T114502Z";
const OLDER = "20261120T090000Z";

// The program as a person has it on the PATH, a configuration with names that a shell must not touch, and a cache.
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "slh-completion-"));
  project = join(place, "it's my shop");
  mkdirSync(join(place, "bin"));
  mkdirSync(join(project, "deep down"), { recursive: true });
  symlinkSync(join(checkout, "bin/symlink-helper"), join(place, "bin/symlink-helper"));
  const environments = {
    production: { hosts: ["deploy@web1.example.org:2222", { host: "web2" }] },
    "it's": { hosts: ["web3"] },
    $HOME: { hosts: ["web4"] },
  };
  const file = join(project, "symlink-helper.yaml");
  writeFileSync(file, JSON.stringify({ app: "shop", root: "/srv/shop", environments }));
  writeFileSync(join(project, "my other.yaml"), JSON.stringify({ environments: { other: { hosts: ["web9"] } } }));
  const cache = join(place, "cache/symlink-helper");
  const names = { hosts: [], roles: [], commands: [], logs: [], shared: [] };
  await remember({ file, environment: "production", names, releases: [OLDER, NEWEST], gone: [], all: true }, cache);
});
afterAll(() => rmSync(place, { recursive: true }));

/** Lines that a shell prints, in the project. */
function shell(program: string, args: readonly string[], cwd = project, more = {}): string[] {
  const env = {
    ...process.env,
    ...more,
    PATH: `${join(place, "bin")}:${process.env["PATH"]}`,
    HOME: place,
    XDG_CACHE_HOME: join(place, "cache"),
    XDG_CONFIG_HOME: join(place, "config"),
  };
  const { stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

// What a person has typed, and words that are then offered, as the program is to get them; others may be, too.
const rows: readonly [typed: string, offered: readonly string[], not?: string][] = [
  ["de", ["deploy"], "status"],
  ["deploy ", ["production", "it's", "$HOME"], NEWEST],
  ["deploy prod", ["production"]],
  ["deploy production ", [], "production"],
  ["--json deploy prod", ["production"]],
  ["deploy --re", ["--ref"], "--keep"],
  ["deploy --ref ", [], "production"],
  ["rollback production --to ", [NEWEST, OLDER]],
  ["rollback --to=20261123", [`--to=${NEWEST}`]],
  ["pin 20261120", [OLDER]],
  ["pin ", [NEWEST, "production"]],
  ["lock production ", ["status", "acquire", "release"]],
  ["completions ", ["bash", "zsh", "fish"]],
  ["init --kind rai", ["rails"]],
  ["--config 'my other.yaml' status ", ["other"], "production"],
  ["status --config my", ["my other.yaml"]],
  ["status --config=my", ["my other.yaml"]],
  ["help sta", ["status"]],
  ["deploy 'it", ["it's"]],
  ["nonsense --nonsense ", []],
];

function judge(found: readonly string[], offered: readonly string[], not: string | undefined): void {
  expect(found.map((word) => word.replace(/^--config=/u, ""))).toEqual(expect.arrayContaining([...offered]));
  if (offered.length === 0) expect(found).toEqual([]);
  expect(found).not.toContain(not);
}

/** How words would arrive at the program if they were typed in the shell as they stand. */
function arrived(program: string, words: readonly string[]): string[] {
  return words.flatMap((word) => shell(program, ["-c", `printf '%s\\n' ${word}`]));
}

describe.skipIf(findProgram("bash") === undefined)("bash", () => {
  const script = `
    source <(symlink-helper completions bash)
    COMP_LINE=$1 COMP_POINT=\${#1} COMP_TYPE=9 COMP_KEY=9
    COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
    _symlink_helper symlink-helper "$2" ""
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  /** The replies, completed by what bash keeps of the word. */
  const replies = (typed: string, cwd?: string): string[] => {
    const last = /[^\s=:'"]*$/u.exec(typed)?.[0] ?? "";
    return shell("bash", ["-c", script, "bash", `symlink-helper ${typed}`, last], cwd);
  };

  test.each(rows)("symlink-helper %s", (typed, offered, not) => {
    const kept = /(?:^|\s)(--[a-z]+=)[^\s]*$/u.exec(typed)?.[1] ?? "";
    const inQuote = (typed.split("'").length - 1) % 2 === 1;
    const files = typed.includes("config") && typed.endsWith("my");
    const found = replies(typed);
    // Names of files are quoted by bash itself.
    const words = files ? found : arrived("bash", inQuote ? found.map((word) => `'${word}'`) : found);
    judge(files ? words : words.map((word) => `${kept}${word}`), offered, not);
  });

  test("below the configuration, and from a folder with none", () => {
    expect(replies("status prod", join(project, "deep down"))).toEqual(["production"]);
    expect(replies("status ", place)).toEqual([]);
    expect(replies("sta", place)).toEqual(["status"]);
  });
});

describe.skipIf(findProgram("fish") === undefined)("fish", () => {
  test.each(rows)("symlink-helper %s", (typed, offered, not) => {
    const script = 'symlink-helper completions fish | source; complete -C "symlink-helper $TYPED"';
    const found = shell("fish", ["-c", script], project, { TYPED: typed }).map((line) => line.split("\t")[0] ?? "");
    judge(found, offered, not);
  });
});

describe.skipIf(findProgram("zsh") === undefined)("zsh", () => {
  // A real line editor on a terminal of zsh's own: each line is typed, then Tab, then a key that shows what stands in the line.
  const script = `
    zmodload zsh/zpty
    zpty z "zsh -f -i"
    zpty -w z "PS1= RPS1= PROMPT_EOL_MARK=; setopt no_beep no_list_ambiguous no_auto_menu; stty cols 200; autoload -U compinit; compinit -u -D; source <(symlink-helper completions zsh)"
    zpty -w z 'end-row() { zle -I; print -r -- "<$BUFFER>E""ND"; BUFFER= }; zle -N end-row; bindkey "^Xd" end-row; print REA""DY'
    zpty -r z shown '*READY*'
    for typed in "$@"; do
      zpty -w -n z "symlink-helper $typed"$'\\t\\x18d'
      zpty -r z shown '*END*'
      print -r -- "$shown"
      print -r -- "-- next --"
    done
    zpty -d z`;
  let screens: readonly string[];
  beforeAll(() => {
    const shown = shell("zsh", ["-f", "-c", script, "zsh", ...rows.map(([typed]) => typed)]).join("\n");
    screens = shown.split("-- next --").map((text) => text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/gu, ""));
  });

  const numbered = rows.map(([typed, offered], at) => [typed, offered, at] as const);
  test.each(numbered)("symlink-helper %s", (typed, offered, at) => {
    const screen = screens[at] ?? "";
    expect(screen).toContain("END");
    const line = /<symlink-helper (.*)>END/u.exec(screen)?.[1] ?? "";
    // Several are listed below the line; a single one stands in it, quoted.
    if (offered.length === 1)
      expect(
        arrived("zsh", [line])
          .at(-1)
          ?.replace(/^--config=/u, ""),
      ).toBe(offered[0]);
    else for (const word of offered) expect(screen).toContain(word);
    if (offered.length === 0) expect(line.trim()).toBe(typed.trim());
  });
});
