import { createRequire as createRequireHere } from "node:module";
const require = createRequireHere(import.meta.url);

// node_modules/@actions/core/lib/command.js
import * as os from "os";

// node_modules/@actions/core/lib/utils.js
function toCommandValue(input) {
  if (input === null || input === void 0) {
    return "";
  } else if (typeof input === "string" || input instanceof String) {
    return input;
  }
  return JSON.stringify(input);
}
function toCommandProperties(annotationProperties) {
  if (!Object.keys(annotationProperties).length) {
    return {};
  }
  return {
    title: annotationProperties.title,
    file: annotationProperties.file,
    line: annotationProperties.startLine,
    endLine: annotationProperties.endLine,
    col: annotationProperties.startColumn,
    endColumn: annotationProperties.endColumn
  };
}

// node_modules/@actions/core/lib/command.js
function issueCommand(command, properties, message) {
  const cmd = new Command(command, properties, message);
  process.stdout.write(cmd.toString() + os.EOL);
}
var CMD_STRING = "::";
var Command = class {
  constructor(command, properties, message) {
    if (!command) {
      command = "missing.command";
    }
    this.command = command;
    this.properties = properties;
    this.message = message;
  }
  toString() {
    let cmdStr = CMD_STRING + this.command;
    if (this.properties && Object.keys(this.properties).length > 0) {
      cmdStr += " ";
      let first = true;
      for (const key in this.properties) {
        if (this.properties.hasOwnProperty(key)) {
          const val = this.properties[key];
          if (val) {
            if (first) {
              first = false;
            } else {
              cmdStr += ",";
            }
            cmdStr += `${key}=${escapeProperty(val)}`;
          }
        }
      }
    }
    cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
    return cmdStr;
  }
};
function escapeData(s) {
  return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
  return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}

// node_modules/@actions/core/lib/file-command.js
import * as crypto from "crypto";
import * as fs from "fs";
import * as os2 from "os";
function issueFileCommand(command, message) {
  const filePath = process.env[`GITHUB_${command}`];
  if (!filePath) {
    throw new Error(`Unable to find environment variable for file command ${command}`);
  }
  if (!fs.existsSync(filePath)) {
    throw new Error(`Missing file at path: ${filePath}`);
  }
  fs.appendFileSync(filePath, `${toCommandValue(message)}${os2.EOL}`, {
    encoding: "utf8"
  });
}
function prepareKeyValueMessage(key, value) {
  const delimiter = `ghadelimiter_${crypto.randomUUID()}`;
  const convertedValue = toCommandValue(value);
  if (key.includes(delimiter)) {
    throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
  }
  if (convertedValue.includes(delimiter)) {
    throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
  }
  return `${key}<<${delimiter}${os2.EOL}${convertedValue}${os2.EOL}${delimiter}`;
}

// node_modules/@actions/core/lib/core.js
import * as os4 from "os";

// node_modules/@actions/core/lib/summary.js
import { EOL as EOL3 } from "os";
import { constants, promises } from "fs";
var __awaiter = function(thisArg, _arguments, P, generator) {
  function adopt(value) {
    return value instanceof P ? value : new P(function(resolve5) {
      resolve5(value);
    });
  }
  return new (P || (P = Promise))(function(resolve5, reject) {
    function fulfilled(value) {
      try {
        step2(generator.next(value));
      } catch (e) {
        reject(e);
      }
    }
    function rejected(value) {
      try {
        step2(generator["throw"](value));
      } catch (e) {
        reject(e);
      }
    }
    function step2(result) {
      result.done ? resolve5(result.value) : adopt(result.value).then(fulfilled, rejected);
    }
    step2((generator = generator.apply(thisArg, _arguments || [])).next());
  });
};
var { access, appendFile, writeFile } = promises;
var SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
var Summary = class {
  constructor() {
    this._buffer = "";
  }
  /**
   * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
   * Also checks r/w permissions.
   *
   * @returns step summary file path
   */
  filePath() {
    return __awaiter(this, void 0, void 0, function* () {
      if (this._filePath) {
        return this._filePath;
      }
      const pathFromEnv = process.env[SUMMARY_ENV_VAR];
      if (!pathFromEnv) {
        throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
      }
      try {
        yield access(pathFromEnv, constants.R_OK | constants.W_OK);
      } catch (_a) {
        throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
      }
      this._filePath = pathFromEnv;
      return this._filePath;
    });
  }
  /**
   * Wraps content in an HTML tag, adding any HTML attributes
   *
   * @param {string} tag HTML tag to wrap
   * @param {string | null} content content within the tag
   * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
   *
   * @returns {string} content wrapped in HTML element
   */
  wrap(tag, content, attrs = {}) {
    const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
    if (!content) {
      return `<${tag}${htmlAttrs}>`;
    }
    return `<${tag}${htmlAttrs}>${content}</${tag}>`;
  }
  /**
   * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
   *
   * @param {SummaryWriteOptions} [options] (optional) options for write operation
   *
   * @returns {Promise<Summary>} summary instance
   */
  write(options) {
    return __awaiter(this, void 0, void 0, function* () {
      const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
      const filePath = yield this.filePath();
      const writeFunc = overwrite ? writeFile : appendFile;
      yield writeFunc(filePath, this._buffer, { encoding: "utf8" });
      return this.emptyBuffer();
    });
  }
  /**
   * Clears the summary buffer and wipes the summary file
   *
   * @returns {Summary} summary instance
   */
  clear() {
    return __awaiter(this, void 0, void 0, function* () {
      return this.emptyBuffer().write({ overwrite: true });
    });
  }
  /**
   * Returns the current summary buffer as a string
   *
   * @returns {string} string of summary buffer
   */
  stringify() {
    return this._buffer;
  }
  /**
   * If the summary buffer is empty
   *
   * @returns {boolen} true if the buffer is empty
   */
  isEmptyBuffer() {
    return this._buffer.length === 0;
  }
  /**
   * Resets the summary buffer without writing to summary file
   *
   * @returns {Summary} summary instance
   */
  emptyBuffer() {
    this._buffer = "";
    return this;
  }
  /**
   * Adds raw text to the summary buffer
   *
   * @param {string} text content to add
   * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
   *
   * @returns {Summary} summary instance
   */
  addRaw(text2, addEOL = false) {
    this._buffer += text2;
    return addEOL ? this.addEOL() : this;
  }
  /**
   * Adds the operating system-specific end-of-line marker to the buffer
   *
   * @returns {Summary} summary instance
   */
  addEOL() {
    return this.addRaw(EOL3);
  }
  /**
   * Adds an HTML codeblock to the summary buffer
   *
   * @param {string} code content to render within fenced code block
   * @param {string} lang (optional) language to syntax highlight code
   *
   * @returns {Summary} summary instance
   */
  addCodeBlock(code2, lang) {
    const attrs = Object.assign({}, lang && { lang });
    const element = this.wrap("pre", this.wrap("code", code2), attrs);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML list to the summary buffer
   *
   * @param {string[]} items list of items to render
   * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
   *
   * @returns {Summary} summary instance
   */
  addList(items, ordered = false) {
    const tag = ordered ? "ol" : "ul";
    const listItems = items.map((item) => this.wrap("li", item)).join("");
    const element = this.wrap(tag, listItems);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML table to the summary buffer
   *
   * @param {SummaryTableCell[]} rows table rows
   *
   * @returns {Summary} summary instance
   */
  addTable(rows) {
    const tableBody = rows.map((row) => {
      const cells = row.map((cell2) => {
        if (typeof cell2 === "string") {
          return this.wrap("td", cell2);
        }
        const { header, data, colspan, rowspan } = cell2;
        const tag = header ? "th" : "td";
        const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
        return this.wrap(tag, data, attrs);
      }).join("");
      return this.wrap("tr", cells);
    }).join("");
    const element = this.wrap("table", tableBody);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds a collapsable HTML details element to the summary buffer
   *
   * @param {string} label text for the closed state
   * @param {string} content collapsable content
   *
   * @returns {Summary} summary instance
   */
  addDetails(label, content) {
    const element = this.wrap("details", this.wrap("summary", label) + content);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML image tag to the summary buffer
   *
   * @param {string} src path to the image you to embed
   * @param {string} alt text description of the image
   * @param {SummaryImageOptions} options (optional) addition image attributes
   *
   * @returns {Summary} summary instance
   */
  addImage(src, alt, options) {
    const { width, height } = options || {};
    const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
    const element = this.wrap("img", null, Object.assign({ src, alt }, attrs));
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML section heading element
   *
   * @param {string} text heading text
   * @param {number | string} [level=1] (optional) the heading level, default: 1
   *
   * @returns {Summary} summary instance
   */
  addHeading(text2, level) {
    const tag = `h${level}`;
    const allowedTag = ["h1", "h2", "h3", "h4", "h5", "h6"].includes(tag) ? tag : "h1";
    const element = this.wrap(allowedTag, text2);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML thematic break (<hr>) to the summary buffer
   *
   * @returns {Summary} summary instance
   */
  addSeparator() {
    const element = this.wrap("hr", null);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML line break (<br>) to the summary buffer
   *
   * @returns {Summary} summary instance
   */
  addBreak() {
    const element = this.wrap("br", null);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML blockquote to the summary buffer
   *
   * @param {string} text quote text
   * @param {string} cite (optional) citation url
   *
   * @returns {Summary} summary instance
   */
  addQuote(text2, cite) {
    const attrs = Object.assign({}, cite && { cite });
    const element = this.wrap("blockquote", text2, attrs);
    return this.addRaw(element).addEOL();
  }
  /**
   * Adds an HTML anchor tag to the summary buffer
   *
   * @param {string} text link text/content
   * @param {string} href hyperlink
   *
   * @returns {Summary} summary instance
   */
  addLink(text2, href) {
    const element = this.wrap("a", text2, { href });
    return this.addRaw(element).addEOL();
  }
};
var _summary = new Summary();

// node_modules/@actions/core/lib/platform.js
import os3 from "os";
var platform = os3.platform();
var arch = os3.arch();

// node_modules/@actions/core/lib/core.js
var ExitCode;
(function(ExitCode2) {
  ExitCode2[ExitCode2["Success"] = 0] = "Success";
  ExitCode2[ExitCode2["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
function setSecret(secret) {
  issueCommand("add-mask", {}, secret);
}
function getInput(name, options) {
  const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
  if (options && options.required && !val) {
    throw new Error(`Input required and not supplied: ${name}`);
  }
  if (options && options.trimWhitespace === false) {
    return val;
  }
  return val.trim();
}
function setOutput(name, value) {
  const filePath = process.env["GITHUB_OUTPUT"] || "";
  if (filePath) {
    return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
  }
  process.stdout.write(os4.EOL);
  issueCommand("set-output", { name }, toCommandValue(value));
}
function error(message, properties = {}) {
  issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
function info(message) {
  process.stdout.write(message + os4.EOL);
}
function saveState(name, value) {
  const filePath = process.env["GITHUB_STATE"] || "";
  if (filePath) {
    return issueFileCommand("STATE", prepareKeyValueMessage(name, value));
  }
  issueCommand("save-state", { name }, toCommandValue(value));
}

// integrations/github/refusal.ts
var Refusal = class extends Error {
  title;
  remedy;
  constructor(title, message, remedy = "") {
    super(message);
    this.name = "Refusal";
    this.title = title;
    this.remedy = remedy;
  }
};

// integrations/github/inputs.ts
function readInputs() {
  return {
    command: getInput("command") || "deploy",
    environment: getInput("environment"),
    config: getInput("config"),
    workingDirectory: getInput("working-directory"),
    ref: getInput("ref"),
    directory: getInput("directory"),
    archive: getInput("archive"),
    sha256: getInput("sha256"),
    from: getInput("from"),
    release: getInput("release"),
    hosts: linesOf(getInput("hosts")),
    role: linesOf(getInput("role")),
    wait: getInput("wait"),
    message: getInput("message"),
    args: linesOf(getInput("args")),
    sshPrivateKey: getInput("ssh-private-key"),
    knownHosts: getInput("known-hosts"),
    sshConfig: getInput("ssh-config"),
    secrets: getInput("secrets"),
    letStrangers: isTrue("let-code-of-strangers-use-my-secrets")
  };
}
function linesOf(text2) {
  return text2.split(/\r?\n/u).map((line) => line.trim()).filter((line) => line !== "");
}
function isTrue(name) {
  const text2 = getInput(name);
  if (text2 === "true") return true;
  if (text2 === "" || text2 === "false") return false;
  throw new Refusal("Input", `\`${name}\` is neither true nor false.`);
}

// integrations/github/interrupts.ts
import { setTimeout as setTimeout2 } from "node:timers/promises";
var SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
var HEARD = 20;
function watchInterrupts() {
  let first = null;
  let listener = null;
  for (const name of SIGNALS)
    process.on(name, () => {
      if (first !== null) return;
      first = name;
      listener?.(name);
    });
  return {
    came: async () => {
      await setTimeout2(HEARD);
      return first !== null;
    },
    pass: (to) => {
      listener = to;
      if (first !== null) to(first);
    }
  };
}

// integrations/github/leftovers.ts
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
var PREFIX = "slh-private-";
function temporary(env2) {
  return resolve(env2["RUNNER_TEMP"] || tmpdir());
}
function makePrivate(env2) {
  return mkdtempSync(join(temporary(env2), PREFIX));
}
function removePrivate(directory, env2) {
  if (dirname(directory) !== temporary(env2) || !basename(directory).startsWith(PREFIX)) return;
  rmSync(directory, { recursive: true, force: true });
}
function since(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /su, "").split(" ");
    return fields[0] === "Z" ? "" : fields[19] ?? "";
  } catch {
    return "";
  }
}

// integrations/github/outputs.ts
import { readFileSync as readFileSync2 } from "node:fs";
function setOutputs(outputs) {
  for (const [name, text2] of Object.entries(outputs)) setOutput(name, text2);
}
function outputsWithout(outcome, code2, ms) {
  return {
    outcome,
    release: "",
    "previous-release": "",
    revision: "",
    "hosts-ok": "",
    "hosts-failed": "",
    "duration-ms": String(ms),
    report: "",
    changed: String(CHANGING.has(outcome)),
    "exit-code": String(code2)
  };
}
function outputsOf(report, code2, ms) {
  const found = read(report);
  if (found === null) return outputsWithout(OUTCOMES[code2] ?? "partial", code2, ms);
  const { outcome = OUTCOMES[code2] ?? "partial", previous, durationMs = ms, hosts = [] } = found;
  const failed = hosts.filter((host) => !isWell(host));
  return {
    outcome,
    release: text(found.release ?? sameOf(found, "live")),
    "previous-release": text(previous),
    revision: text(found.revision ?? sameOf(found, "revision")),
    "hosts-ok": names(hosts.filter((host) => !failed.includes(host))),
    "hosts-failed": names(failed),
    "duration-ms": String(durationMs),
    report,
    changed: String(CHANGING.has(outcome)),
    "exit-code": String(code2)
  };
}
function read(file) {
  try {
    return JSON.parse(readFileSync2(file, "utf8"));
  } catch {
    return null;
  }
}
function isWell({ outcome = "done", error: error2 = null, problems = [] }) {
  return GOOD.has(outcome) && error2 === null && problems.length === 0;
}
function sameOf(document, field) {
  const { agree, hosts = [] } = document;
  const values = new Set(hosts.map((host) => host[field] ?? null));
  return agree === true && values.size === 1 ? [...values][0] ?? null : null;
}
function names(hosts) {
  return hosts.map(({ host }) => host).join(",");
}
function text(value) {
  return value ?? "";
}
var GOOD = /* @__PURE__ */ new Set(["deployed", "rolled-back", "unchanged", "done"]);
var CHANGING = /* @__PURE__ */ new Set(["deployed", "rolled-back", "partial"]);
var OUTCOMES = {
  0: "done",
  1: "failed",
  2: "invalid",
  3: "locked",
  4: "partial",
  5: "returned",
  130: "interrupted"
};

// integrations/github/program.ts
import { spawn, spawnSync } from "node:child_process";
import { constants as constants2 } from "node:os";
import { fileURLToPath } from "node:url";
var PROGRAM = fileURLToPath(new URL("program/bin/symlink-helper", import.meta.url));
function answerOf(words2, { env: env2, directory }) {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, ...words2], {
    env: env2,
    cwd: directory,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 64 * 1024 * 1024
  });
  try {
    return status === 0 ? JSON.parse(stdout) : null;
  } catch {
    return null;
  }
}
function runProgram(words2, { env: env2, directory }, interrupts, began2) {
  return new Promise((resolve5, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...words2], {
      env: env2,
      cwd: directory,
      detached: true,
      stdio: ["ignore", "inherit", "inherit"]
    });
    child.on("error", reject);
    child.on("exit", (code2, signal) => resolve5(code2 ?? 128 + (signal === null ? 0 : constants2.signals[signal])));
    if (child.pid === void 0) return;
    began2(child.pid);
    interrupts.pass((name) => child.kill(name));
  });
}

// integrations/github/step.ts
import { existsSync as existsSync4, mkdtempSync as mkdtempSync2, readFileSync as readFileSync3 } from "node:fs";
import { join as join3, resolve as resolve4 } from "node:path";

// src/config/ssh-config.ts
import { resolve as resolve2 } from "node:path";
var SSH_CONFIG = "SLH_SSH_CONFIG";
function withSshConfig(config, env2, directory) {
  const file = env2[SSH_CONFIG];
  if (file === void 0 || file === "") return config;
  const configFile = resolve2(directory, file);
  const reached = (address) => address.kind === "local" ? address : { ...address, configFile };
  const through = (hosts) => hosts.map((host) => ({ ...host, address: reached(host.address) }));
  const whole = config.wholeEnvironment;
  return { ...config, hosts: through(config.hosts), ...whole && { wholeEnvironment: through(whole) } };
}

// integrations/github/command-line.ts
var COMMANDS = {
  deploy: { connects: true, release: "of" },
  rollback: { connects: true, release: "to" },
  plan: { connects: true, release: "of" },
  check: { connects: true },
  status: { connects: true },
  releases: { connects: true },
  history: { connects: true },
  verify: { connects: true, release: "word" },
  prune: { connects: true },
  pin: { connects: true, release: "word" },
  unpin: { connects: true, release: "word" },
  setup: { connects: true },
  "lock status": { connects: true },
  "lock acquire": { connects: true },
  "lock release": { connects: true },
  config: { connects: false }
};
function connects({ command }) {
  return COMMANDS[command]?.connects ?? true;
}
function wordsOf(inputs, told) {
  const { command, environment, config, release, hosts, role, args } = inputs;
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : void 0;
  if (known === void 0)
    throw new Refusal("Input", `There is no command \`${command}\` here.`, `There are: ${Object.keys(COMMANDS).join(", ")}.`);
  if (release !== "" && (known.release === void 0 || known.release === "of" && inputs.from === ""))
    throw new Refusal(
      "Input",
      `\`release\` means nothing to \`${command}\`.`,
      "It is for rollback, verify, pin and unpin, and for what is deployed with `from`."
    );
  for (const [name, word] of [
    ["environment", environment],
    ["release", release]
  ])
    if (word.startsWith("-")) throw new Refusal("Input", `\`${name}\` must not begin with a dash.`);
  return [
    ...command.split(" "),
    ...[known.release === "word" ? release : "", environment].filter((word) => word !== ""),
    ...option("config", config),
    ...OPTIONS.flatMap((name) => option(name, inputs[name])),
    ...known.release === "to" ? option("to", release) : [],
    ...known.release === "of" ? option("release", release) : [],
    ...hosts.flatMap((pattern) => option("hosts", pattern)),
    ...role.flatMap((one) => option("role", one)),
    ...allowed(args),
    "--ci=github",
    ...option("report", told.report),
    ...option("summary", told.summary)
  ];
}
function configWords({ environment, config }) {
  return ["config", ...environment === "" ? [] : [environment], ...option("config", config), "--json", "--ci=none"];
}
var OPTIONS = ["ref", "directory", "archive", "sha256", "from", "wait", "message"];
function option(name, value) {
  return value === "" ? [] : [`--${name}=${value}`];
}
var OURS = /^--(?:ci|report|summary|config)(?:=|$)/u;
function allowed(args) {
  const taken = args.find((word) => OURS.test(word));
  if (taken === void 0) return args;
  throw new Refusal("Input", `\`${taken}\` cannot be among \`args\`: the action says it itself.`);
}

// integrations/github/environment.ts
function programEnvironment(env2, more) {
  const kept = Object.entries(env2).filter(([name]) => !OURS2.test(name));
  return { ...Object.fromEntries(kept), ...more };
}
var OURS2 = /^(?:INPUT_.*|STATE_.*|ACTIONS_.*|GITHUB_(?:ENV|PATH|OUTPUT|STATE))$/u;

// integrations/github/host-keys.ts
import { existsSync as existsSync2 } from "node:fs";

// src/report/command-line.ts
function shellWord(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

// integrations/github/asked-ssh.ts
import { homedir } from "node:os";
import { resolve as resolve3 } from "node:path";

// src/host/program.ts
var LOADER = [
  `IFS=" " read -r slh_n slh_t`,
  `if dd bs=1 count=1 iflag=fullblock </dev/null >/dev/null 2>&1`,
  `then slh_p=$(dd bs="$slh_n" count=1 iflag=fullblock 2>/dev/null; echo x)`,
  `else slh_p=$(dd bs=1 count="$slh_n" 2>/dev/null; echo x)`,
  `fi`,
  `slh_p="\${slh_p%x}"`,
  `case "$slh_p" in *"#EOF:$slh_t") eval "$slh_p";; *) echo cut short >&2; command -v dd >/dev/null || echo dd: not found >&2; exit 97;; esac`
].join("; ");

// src/host/transport.ts
function sshWords(address, terminal, forced, defaults) {
  const own = Object.entries(address.options).map(([key, value]) => `${key}=${value}`);
  return [
    ...address.configFile === null ? [] : ["-F", address.configFile],
    terminal,
    ...[...forced, ...own, ...defaults].flatMap((option2) => ["-o", option2]),
    ...address.user === null ? [] : ["-l", address.user],
    ...address.port === null ? [] : ["-p", String(address.port)],
    "--",
    address.host
  ];
}

// integrations/github/openssh.ts
import { spawnSync as spawnSync2 } from "node:child_process";
function openSsh(program, args, cwd) {
  return spawnSync2(program, args, {
    encoding: "utf8",
    cwd,
    env: programEnvironment(process.env, {}),
    stdio: ["ignore", "pipe", "pipe"]
  });
}

// integrations/github/asked-ssh.ts
function wayTo(address, directory) {
  const { status, stdout } = openSsh("ssh", ["-G", ...sshWords(address, "-T", [], [])], directory);
  return status === 0 ? read2(stdout, directory) : null;
}
function wayThrough(jump, { configFile }, directory) {
  const file = configFile === null ? [] : ["-F", configFile];
  const place = jump.startsWith("ssh://") ? jump : `ssh://${jump}`;
  const { status, stdout } = openSsh("ssh", ["-G", "-T", ...file, "--", place], directory);
  return status === 0 ? read2(stdout, directory) : null;
}
function read2(said, directory) {
  const value = (name) => new RegExp(`^${name} (.*)$`, "mu").exec(said)?.[1] ?? "";
  const [hostname, port, alias] = [value("hostname"), value("port") || "22", value("hostkeyalias")];
  const named = port === "22" ? hostname : `[${hostname}]:${port}`;
  const set = (name) => !["", "no", "none", "false"].includes(value(name));
  return {
    hostname,
    port,
    known: alias === "" || alias === "none" ? named : alias.toLowerCase(),
    files: [value("userknownhostsfile"), value("globalknownhostsfile")].flatMap((text2) => filesIn(text2, directory)),
    otherwise: set("knownhostscommand") || set("verifyhostkeydns"),
    through: value("proxyjump") === "" || value("proxyjump") === "none" ? [] : value("proxyjump").split(",")
  };
}
function filesIn(text2, directory) {
  const names2 = [.../* @__PURE__ */ new Set([text2, ...text2.split(" ")])].filter((name) => name !== "" && name !== "none");
  return names2.map((name) => resolve3(directory, name.replace(/^~(?=\/)/u, homedir())));
}

// integrations/github/host-keys.ts
function checkHostKeys({ environment, hosts }, directory) {
  const unknown = hosts.flatMap((host) => askedOf(host, directory)).filter(({ way }) => !way.otherwise && !way.files.some((file) => has(file, way.known)));
  const missing = [...new Map(unknown.map((each) => [each.way.known, each])).values()];
  if (missing.length > 0) throw refusal(missing, environment);
}
function askedOf({ name, address }, directory) {
  if (address.kind === "local") return [];
  const way = wayTo(address, directory);
  if (way === null) return [];
  const jumps = way.through.flatMap((jump, at2) => {
    const there = wayThrough(jump, address, directory);
    return there === null ? [] : [{ name: jump, way: there, behind: at2 > 0 }];
  });
  return [...jumps, { name, way, behind: jumps.length > 0 }];
}
function has(file, known) {
  return existsSync2(file) && openSsh("ssh-keygen", ["-F", known, "-f", file]).status === 0;
}
function refusal(missing, environment) {
  const names2 = missing.map(({ name, way }) => name === way.known ? name : `${name} (${way.known})`);
  const scan = missing.map(({ way }) => `  ssh-keyscan -t ed25519 -p ${way.port} ${shellWord(way.hostname)} >> known_hosts`);
  const behind = missing.filter((each) => each.behind).map(({ name }) => name);
  return new Refusal(
    "Host keys",
    `No host key is known of ${names2.join(", ")}. Nobody was connected to: whoever answered would have to be believed.`,
    [
      "On a machine and a network that you trust, once:",
      ...new Set(scan),
      "  ssh-keygen -lf known_hosts",
      "Compare each fingerprint with what the host itself says, on its console or over a connection that you have already:",
      "  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
      ...behind.length === 0 ? [] : [`To ask ${behind.join(", ")}, be on a machine that reaches it without a jump host.`],
      `Then keep the file as a variable, it is no secret: gh variable set SSH_KNOWN_HOSTS --env ${shellWord(environment)} < known_hosts`,
      "and give it to this step: known-hosts: ${{ vars.SSH_KNOWN_HOSTS }}"
    ].join("\n")
  );
}

// integrations/github/hosts.ts
import { existsSync as existsSync3 } from "node:fs";

// src/errors.ts
var UserError = class extends Error {
  name = "UserError";
  kind;
  remedy;
  output;
  /** Of a configuration: each thing that is wrong with it. */
  places;
  constructor(facts) {
    super(facts.message);
    this.places = facts.places ?? [];
    this.kind = facts.kind;
    this.remedy = facts.remedy;
    this.output = facts.output ?? [];
  }
};

// src/config/all-hosts.ts
function allHosts({ hosts, wholeEnvironment = hosts }) {
  return wholeEnvironment;
}

// src/config/ranges.ts
var RANGE = /\[(?:(?<from>\d+):(?<to>\d+)|(?<first>[A-Za-z]):(?<last>[A-Za-z]))(?::(?<step>\d+))?\]/u;
var MOST_EXPANDED = 1e3;
function expandRanges(text2) {
  const found = RANGE.exec(text2);
  if (found === null) return [text2];
  const parts = members(found[0], found.groups ?? {});
  if (typeof parts === "string") return parts;
  const rest = expandRanges(text2.slice(found.index + found[0].length));
  if (typeof rest === "string") return rest;
  if (parts.length * rest.length > MOST_EXPANDED) return tooMany(text2);
  const head = text2.slice(0, found.index);
  return parts.flatMap((part) => rest.map((tail) => `${head}${part}${tail}`));
}
function members(range, { from, to, first, last, step: stepped }) {
  const step2 = Number(stepped ?? 1);
  if (step2 < 1) return `has the range \`${range}\` with a step of nothing
A step is at least 1: [1:9:2].`;
  if (from !== void 0 && to !== void 0) return numbers(range, from, to, step2);
  const [begin, end] = [LETTERS.indexOf(first ?? ""), LETTERS.indexOf(last ?? "")];
  if (begin > end) return backwards(range);
  return every(begin, end, step2).map((index) => LETTERS[index] ?? "");
}
var LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
function numbers(range, from, to, step2) {
  const [begin, end] = [Number(from), Number(to)];
  if (begin > end) return backwards(range);
  const filled = from.length > 1 && from.startsWith("0");
  if (filled && from.length !== to.length)
    return `has the range \`${range}\`, whose ends have not the same number of digits
Write zeros in front of both: [01:20].`;
  if ((end - begin) / step2 >= MOST_EXPANDED) return tooMany(range);
  return every(begin, end, step2).map((number) => String(number).padStart(filled ? from.length : 0, "0"));
}
function every(begin, end, step2) {
  return Array.from({ length: Math.floor((end - begin) / step2) + 1 }, (_, index) => begin + index * step2);
}
function backwards(range) {
  return `has the range \`${range}\`, which ends before it begins`;
}
function tooMany(text2) {
  return `stands for more than ${MOST_EXPANDED} hosts: \`${text2.slice(0, 60)}\``;
}

// src/config/suggest.ts
function closest(word, candidates) {
  if (word.length > 60) return null;
  const ranked = candidates.filter((candidate) => Math.abs(candidate.length - word.length) <= tolerance(word) + 2).map((candidate) => ({ candidate, distance: editDistance(folded(word), folded(candidate)) })).toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== void 0 && best.distance <= tolerance(word) ? best.candidate : null;
}
function tolerance(word) {
  return Math.max(1, Math.floor(word.length / 3));
}
function folded(word) {
  return word.toLowerCase().replaceAll(/[-_]/gu, "");
}
function editDistance(from, to) {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column += 1) rows[row]?.push(cell(rows, from, to, row, column));
  }
  return rows[from.length]?.[to.length] ?? 0;
}
function cell(rows, from, to, row, column) {
  const at2 = (up, left) => rows[row - up]?.[column - left] ?? Infinity;
  const same = from[row - 1] === to[column - 1];
  const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return Math.min(at2(1, 0) + 1, at2(0, 1) + 1, at2(1, 1) + (same ? 0 : 1), swapped ? at2(2, 2) + 1 : Infinity);
}

// src/config/choose-hosts.ts
function narrowTo(config, { hosts: patterns = [], roles = [] }) {
  if (patterns.length + roles.length === 0) return config;
  const all = allHosts(config);
  const named = patterns.length === 0 ? config.hosts : byPatterns(config, patterns);
  const known = [...new Set(all.flatMap((host) => host.roles))];
  for (const role of roles) if (!known.includes(role)) throw nobody(config, `has the role ${role}`, role, "Roles", known);
  const hosts = named.filter((host) => roles.length === 0 || host.roles.some((role) => roles.includes(role)));
  if (hosts.length === 0) throw nothingLeft(config, patterns, roles);
  return { ...config, hosts, wholeEnvironment: all };
}
function byPatterns(config, patterns) {
  const parts = patterns.flatMap((pattern) => pattern.split(",")).map((part) => part.trim());
  const wanted = parts.filter((part) => part !== "" && !part.startsWith("!"));
  const unwanted = parts.filter((part) => part.startsWith("!")).map((part) => part.slice(1).trim());
  const out = new Set(unwanted.flatMap((part) => fitting(config, part)));
  const named = new Set(wanted.flatMap((part) => fitting(config, part)));
  const onlyOut = wanted.length === 0 && unwanted.length > 0;
  return config.hosts.filter((host) => (onlyOut || named.has(host)) && !out.has(host));
}
function fitting(config, part) {
  const named = config.hosts.filter(({ name }) => name === part);
  if (named.length > 0) return named;
  const expanded = expandRanges(part);
  const words2 = typeof expanded === "string" ? [part] : expanded;
  const found = words2.map((word) => config.hosts.filter(({ name }) => globbed(word).test(name)));
  const missing = words2[found.findIndex((hosts) => hosts.length === 0)];
  const names2 = config.hosts.map(({ name }) => name);
  if (missing !== void 0) throw nobody(config, `fits ${missing || "an empty name"}`, missing, "Hosts", names2);
  return found.flat();
}
function globbed(pattern) {
  const escaped = pattern.replaceAll(/[\\^$.|+()[\]{}/]/gu, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "u");
}
function nobody(config, what, word, kind, known) {
  const meant = closest(word, known);
  return new UserError({
    kind: "no-such-host",
    message: `No host of ${config.environment} ${what}.`,
    remedy: `${meant === null ? "" : `Did you mean \`${meant}\`? `}${kind} of ${config.environment}: ${listed(known)}.`
  });
}
function nothingLeft(config, patterns, roles) {
  const said = [...patterns.map((pattern) => `--hosts ${pattern}`), ...roles.map((role) => `--role ${role}`)].join(" ");
  return new UserError({
    kind: "no-such-host",
    message: `No host of ${config.environment} is left by ${said}.`,
    remedy: `Hosts of ${config.environment}: ${listed(allHosts(config).map(({ name }) => name))}.`
  });
}
function listed(names2) {
  const shown2 = names2.slice(0, 20).join(", ") || "none";
  return names2.length > 20 ? `${shown2} and ${names2.length - 20} more` : shown2;
}

// integrations/github/hosts.ts
function configOf(inputs, start) {
  const answer = answerOf(configWords(inputs), start);
  if (answer?.config === void 0) return null;
  try {
    return narrowTo(answer.config, { hosts: inputs.hosts, roles: inputs.role });
  } catch {
    return null;
  }
}
function reachedOf(hosts) {
  return hosts.flatMap(({ name, address }) => {
    if (address.kind === "local") return [];
    const { host, configFile } = address;
    if (configFile !== null && !existsSync3(configFile))
      throw new Refusal(
        "SSH",
        `The ssh.config of ${name} is ${configFile}, which is not there.`,
        "Is it in the repository, and checked out?"
      );
    return [{ host, configFile }];
  });
}

// integrations/github/private-files.ts
import { writeFileSync } from "node:fs";
import { join as join2 } from "node:path";
function writeSshFiles(directory, { sshPrivateKey, knownHosts, sshConfig }) {
  const key = write(directory, "key", sshPrivateKey);
  if (key !== null) checkKey(key);
  return { key, knownHosts: write(directory, "known_hosts", knownHosts), own: write(directory, "own_ssh_config", sshConfig) };
}
function write(directory, name, text2) {
  if (text2.trim() === "") return null;
  const path = join2(directory, name);
  writeFileSync(path, `${text2.replaceAll(/\r\n?/gu, "\n").trim()}
`, { mode: 384, flag: "wx" });
  return path;
}
function checkKey(path) {
  const { status, error: error2, stderr } = openSsh("ssh-keygen", ["-y", "-P", "", "-f", path]);
  if (error2 !== void 0)
    throw new Refusal(
      "No OpenSSH",
      "There is no ssh-keygen on this runner.",
      "Install the OpenSSH client (Debian: openssh-client)."
    );
  if (status === 0) return;
  if (/passphrase/iu.test(stderr))
    throw new Refusal(
      "Private key",
      "The private key has a passphrase, and a job has nobody who could type it.",
      "Make a key for this purpose alone, without one (ssh-keygen -t ed25519 -N '' -C deploy -f deploy_key), let it into the hosts, and keep it as a secret of the environment."
    );
  throw new Refusal(
    "Private key",
    "`ssh-private-key` holds no private key that OpenSSH can read.",
    "It must be the whole file, from -----BEGIN to -----END, with its line breaks: gh secret set SSH_PRIVATE_KEY --env production < deploy_key"
  );
}

// integrations/github/secrets.ts
function parseSecrets(text2) {
  const lines = text2.split(/\r?\n/u);
  const secrets = {};
  for (let at2 = 0; at2 < lines.length; at2 += 1) {
    const line = lines[at2] ?? "";
    if (line.trim() === "") continue;
    const [, name = "", sign, rest = ""] = /^\s*([A-Za-z_]\w*)(=|<<)(.*)$/u.exec(line) ?? [];
    if (name === "") throw wrong(at2, "is no NAME=value");
    const begun = at2;
    if (RESERVED.test(name)) throw new Refusal("Secrets", `\`secrets\` must not set ${name}.`);
    if (sign === "=") {
      secrets[name] = rest;
    } else {
      const end = lines.indexOf(rest.trim(), at2 + 1);
      if (rest.trim() === "" || end === -1) throw wrong(at2, "begins a value that never ends");
      secrets[name] = lines.slice(at2 + 1, end).join("\n");
      at2 = end;
    }
    if (secrets[name] === "")
      throw new Refusal(
        "Secrets",
        `What begins in line ${begun + 1} of \`secrets\` is empty.`,
        "Is the secret set for this repository and environment? A pull request of a fork, or of Dependabot, gets none. A value of several lines stands between NAME<<WORD and WORD."
      );
  }
  return secrets;
}
function wrong(at2, what) {
  return new Refusal(
    "Secrets",
    `Line ${at2 + 1} of \`secrets\` ${what}.`,
    "One NAME=value on each line; a value of several lines between NAME<<WORD and WORD, each on a line of its own."
  );
}
var RESERVED = /^(?:PATH|HOME|SHELL|IFS|ENV|BASH_ENV|CI|RUNNER_.*|GITHUB_.*|INPUT_.*|STATE_.*|ACTIONS_.*|SLH_.*|NODE_.*|LD_.*|GIT_.*|SSH_.*)$/u;
function maskedLines(secret) {
  const lines = secret.split(/\r\n|\r|\n/u).map((line) => line.trim()).filter((line) => line !== "");
  return lines.length === 1 ? lines : [...new Set(lines.filter(({ length }) => length >= SHORTEST))];
}
var SHORTEST = 4;

// integrations/github/ssh-config.ts
function sshConfigText({ key, knownHosts, own }, hosts) {
  return [
    "# Of one step of a CI job, and removed with it.",
    ...key === null ? [] : [`IdentityFile ${quoted(key)}`, "IdentitiesOnly yes"],
    ...knownHosts === null ? [] : [`UserKnownHostsFile ${quoted(knownHosts)}`, "GlobalKnownHostsFile /dev/null"],
    "StrictHostKeyChecking yes",
    "BatchMode yes",
    ...own === null ? [] : [included(own)],
    ...others(hosts),
    ""
  ].join("\n");
}
function others(hosts) {
  const files = [...new Set(hosts.map(({ configFile }) => configFile))];
  if (files.length <= 1) return files[0] === void 0 || files[0] === null ? USUAL : [included(files[0])];
  const sections = files.flatMap((file) => {
    const names2 = hosts.filter((host) => host.configFile === file).map(({ host }) => host);
    return [`Host ${names2.join(" ")}`, ...(file === null ? USUAL : [included(file)]).map(indented)];
  });
  const named = hosts.map(({ host }) => `!${host}`).join(" ");
  const all = files.flatMap((file) => file === null ? [] : [included(file)]);
  return [...sections, `Host * ${named}`, ...[...all, ...USUAL].map(indented)];
}
var USUAL = ["Include ~/.ssh/config", "Include /etc/ssh/ssh_config"];
function included(path) {
  return `Include "${path}"`;
}
function quoted(path) {
  return `"${path.replaceAll("%", "%%")}"`;
}
function indented(line) {
  return `  ${line}`;
}

// integrations/github/trust.ts
function strangers({ name, repository, payload }) {
  if (name === "pull_request_target")
    return "`pull_request_target` gives the secrets of the repository to a job that anybody starts with a pull request";
  if (name === "issue_comment")
    return has2(payload, "issue", "pull_request") || payload === null ? "anybody can comment on a pull request, and what is checked out for it may be anybody's" : null;
  if (name === "workflow_run") return ofRun(repository, payload);
  if (!name.startsWith("pull_request")) return null;
  return at(payload, "pull_request", "head", "repo", "full_name") === repository ? null : "this pull request comes from a fork: its code, configuration and all, is a stranger's";
}
function ofRun(repository, payload) {
  const event = at(payload, "workflow_run", "event");
  if (event === "pull_request_target" || event === "issue_comment")
    return `the workflow that started this one ran for \`${event}\`: what it left behind may be anybody's`;
  const own = at(payload, "workflow_run", "head_repository", "full_name") === repository;
  if (own || typeof event === "string" && !event.startsWith("pull_request")) return null;
  return "the workflow that started this one ran for a pull request of a fork: what it left behind is a stranger's";
}
function has2(value, ...path) {
  return at(value, ...path) !== void 0;
}
function at(value, ...path) {
  return path.reduce((part, key) => part?.[key], value);
}

// integrations/github/step.ts
function hideSecrets({ secrets, sshPrivateKey }) {
  for (const line of [...maskedLines(sshPrivateKey), ...valuesIn(secrets).flatMap(maskedLines)]) setSecret(line);
}
function valuesIn(secrets) {
  try {
    return Object.values(parseSecrets(secrets));
  } catch {
    return [secrets, ...secrets.split("\n").map((line) => line.slice(line.indexOf("=") + 1))];
  }
}
function refuseStrangers(inputs, env2) {
  const why = strangers({
    name: env2["GITHUB_EVENT_NAME"] ?? "",
    repository: env2["GITHUB_REPOSITORY"] ?? "",
    payload: payloadOf(env2)
  });
  const bare = inputs.sshPrivateKey === "" && inputs.secrets === "" && !connects(inputs);
  if (why === null || inputs.letStrangers || bare) return;
  throw new Refusal(
    "Not trusted",
    `\`${inputs.command}\` is refused: ${why}.`,
    "Deploy when it is merged. What a pull request of a stranger may do here is `command: config`, without key and secrets: it connects to nothing, and marks mistakes of the configuration at their lines. For those of your own repository: if: github.event.pull_request.head.repo.full_name == github.repository"
  );
}
function payloadOf(env2) {
  try {
    return JSON.parse(readFileSync3(env2["GITHUB_EVENT_PATH"] ?? "", "utf8"));
  } catch {
    return null;
  }
}
function prepare(inputs, env2, directory) {
  const secrets = parseSecrets(inputs.secrets);
  const workingDirectory = resolve4(env2["GITHUB_WORKSPACE"] ?? "", inputs.workingDirectory);
  if (!existsSync4(workingDirectory))
    throw new Refusal("Input", `There is no directory ${workingDirectory}.`, "Was the repository checked out before this step?");
  const report = join3(mkdtempSync2(join3(temporary(env2), "slh-report-")), "report.json");
  const words2 = wordsOf(inputs, { report, summary: env2["GITHUB_STEP_SUMMARY"] ?? "" });
  const start = {
    env: programEnvironment(env2, secrets),
    directory: workingDirectory
  };
  if (!connects(inputs)) return { words: words2, start, report };
  return { words: words2, start: withSsh(inputs, start, directory), report };
}
function withSsh(inputs, start, directory) {
  const files = writeSshFiles(directory, inputs);
  const configs = [configOf(inputs, start), ...inputs.from === "" ? [] : [configOf(lenders(inputs), start)]].filter(
    (config) => config !== null
  );
  const given = Object.values(files).some((file) => file !== null);
  const ours = given ? write(directory, "ssh_config", sshConfigText(files, reachedOf(configs.flatMap(({ hosts }) => hosts)))) : null;
  const env2 = ours === null ? start.env : { ...start.env, SLH_SSH_CONFIG: ours };
  for (const config of configs) checkHostKeys(withSshConfig(config, env2, start.directory), start.directory);
  return { ...start, env: env2 };
}
function lenders(inputs) {
  return { ...inputs, environment: inputs.from, hosts: [], role: [] };
}

// integrations/github/tell.ts
import { appendFileSync as appendFileSync2 } from "node:fs";

// src/report/disarm.ts
function disarm(line) {
  return line.replace(/^(\s*):(?=:)/, "$1: ").replaceAll(/#(?=#\w*\[)/g, "# ");
}

// src/report/sanitize.ts
function sanitize(text2) {
  return sanitizeBlock(text2).replaceAll("\n", "\\n");
}
function sanitizeBlock(text2) {
  return dropEscapes(text2).replace(UNSHOWABLE, showCharacter);
}
function dropEscapes(text2) {
  return ESCAPE_OR_C1.test(text2) ? text2.replace(ESCAPE_SEQUENCE, "") : text2;
}
function showCharacter(found) {
  const code2 = found.codePointAt(0) ?? 0;
  if (found === "\n" || found === "	") return found;
  if (code2 >= 55296 && code2 <= 57343) return "�";
  return code2 < 256 ? `\\x${code2.toString(16).padStart(2, "0")}` : `\\u{${code2.toString(16)}}`;
}
var ESCAPE_OR_C1 = /[\u001b\u0080-\u009f]/;
var ESCAPE_SEQUENCE = new RegExp(
  [
    "(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]",
    "(?:\\u001b[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])[^\\u0007\\u001b\\u009c\\n\\r]*(?:\\u0007|\\u001b\\\\|\\u009c)",
    "\\u001b[ -/]*[0-~]"
  ].join("|"),
  "g"
);
var UNSHOWABLE = /(?![\u00ad\u200c-\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

// src/report/files/cut.ts
function cut(text2, most) {
  if (text2.length <= most) return text2;
  const characters = Array.from(text2.slice(0, 2 * most));
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text2;
}

// src/report/files/markdown.ts
function words(raw, most = LONGEST) {
  return cut(sanitize(raw.trim()), most).replaceAll(MARK, (found) => `&#${found.charCodeAt(0)};`);
}
function block(lines) {
  const inside = lines.flatMap((line) => sanitizeBlock(line).split("\n")).map((line) => html(cut(line, LONGEST_LINE)));
  return ["", `<pre>${inside.join("\n")}`, "</pre>", ""];
}
function html(text2) {
  return text2.replaceAll(/[&<>"']|:(?=:)|#(?=#)/gu, (found) => `&#${found.charCodeAt(0)};`);
}
var MARK = /[!-'*+/:-@[-`{-~]|^-|(?<=^\d+)[.)]|(?<=www)\./giu;
var LONGEST = 300;
var LONGEST_LINE = 2e3;

// integrations/github/tell.ts
function tellRefusal(failure, summary2) {
  const refusal2 = failure instanceof Refusal ? failure : new Refusal("The action failed", messageOf(failure));
  const { title, message, remedy } = refusal2;
  error(shown(remedy === "" ? message : `${message}
${remedy}`), { title });
  if (summary2 === "") return;
  const lines = [`### ❌ ${title}`, "", words(message, 2e3), ...remedy === "" ? [] : block([remedy]), ""];
  try {
    appendFileSync2(summary2, `${lines.join("\n")}
`);
  } catch {
    info("The page of the run cannot be written.");
  }
}
function messageOf(failure) {
  return failure instanceof Error ? failure.message : String(failure);
}
function shown(text2) {
  return sanitizeBlock(text2).split("\n").map(disarm).join("\n");
}

// integrations/github/main.ts
var INVALID = 2;
var INTERRUPTED = 130;
var began = Date.now();
var { env } = process;
var code = await step(watchInterrupts());
process.stdout.write("", () => process.exit(code));
async function step(interrupts) {
  let directory = "";
  try {
    const inputs = readInputs();
    hideSecrets(inputs);
    refuseStrangers(inputs, env);
    directory = makePrivate(env);
    saveState("directory", directory);
    return await run(inputs, directory, interrupts);
  } catch (failure) {
    if (await interrupts.came()) return interrupted();
    tellRefusal(failure, env["GITHUB_STEP_SUMMARY"] ?? "");
    setOutputs(outputsWithout("invalid", INVALID, Date.now() - began));
    return INVALID;
  } finally {
    if (directory !== "") removePrivate(directory, env);
  }
}
async function run(inputs, directory, interrupts) {
  const { words: words2, start, report } = prepare(inputs, env, directory);
  if (await interrupts.came()) return interrupted();
  setOutputs(outputsWithout("partial", 4, 0));
  const code2 = await runProgram(words2, start, interrupts, (pid) => {
    saveState("pid", pid);
    saveState("since", since(pid));
  });
  setOutputs(outputsOf(report, code2, Date.now() - began));
  return code2;
}
function interrupted() {
  setOutputs(outputsWithout("interrupted", INTERRUPTED, Date.now() - began));
  return INTERRUPTED;
}
