import type { ByteString } from "../host/bytes.ts";

/** What came back of one attempt. */
export interface CameBack {
  /** As it came, without what the program said. */
  readonly raw: ByteString;
  /** What the program on the host said about it. */
  readonly said: ByteString;
  /** False where the time was over before the program had ended. */
  readonly ended: boolean;
}

/** An answer by HTTP. */
export interface Answer {
  /** As it came: `HTTP/1.1 200 OK`. */
  readonly statusLine: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: ByteString;
  /** Of the body, if that is known: how many bytes there should be. */
  readonly announced: number | null;
  /** All of the body is there, or nobody can tell that something is missing. */
  readonly complete: boolean;
}

/** Takes apart what a task printed: what came back, and behind the mark what the program said. */
export function cameBack(printed: ByteString, mark: string): CameBack {
  const at = printed.lastIndexOf(`\n${mark}\n`);
  if (at < 0) return { raw: printed, said: "" as ByteString, ended: false };
  const raw = printed.slice(0, at) as ByteString;
  const said = printed.slice(at + mark.length + 2).trim() as ByteString;
  return { raw, said, ended: !said.startsWith("curl: (28)") };
}

/** Reads an answer as it came over the wire; null for what is none. Answers that only announce another (100, 103) are passed over. */
export function parseAnswer(raw: ByteString): Answer | null {
  const head = /^(HTTP\/\d(?:\.\d)?) (\d{3})(?: [^\r\n]*)?\r?\n([^]*?)(?:(?<=\n)\r?\n|$)/u.exec(raw);
  if (head === null) return null;
  const rest = raw.slice(head[0].length) as ByteString;
  const status = Number(head[2]);
  if (status < 200 && status !== 101) return parseAnswer(rest);
  const headers = parseHeaders(head[3] ?? "");
  const [statusLine = ""] = raw.split(/\r?\n/u, 1);
  return { statusLine, status, headers, ...bodyOf(rest, status, headers) };
}

/** The same of what wget says: the body as it is meant, and the head among its own words, indented. The first answer counts. */
export function answerOfWget(body: ByteString, said: ByteString): Answer | null {
  const lines = said.split("\n").map((line) => line.replace(/\r$/u, ""));
  const first = lines.findIndex((line) => /^ *HTTP\/\d/u.test(line));
  if (first < 0) return null;
  const behind = lines.slice(first + 1);
  const end = behind.findIndex((line) => !/^ {2}\S/u.test(line) || /^ *HTTP\/\d/u.test(line));
  const statusLine = (lines[first] ?? "").trim();
  const status = Number(/^\S+ (\d{3})/u.exec(statusLine)?.[1] ?? 0);
  const headers = parseHeaders(behind.slice(0, end < 0 ? behind.length : end).join("\n"));
  // It follows where it was not to, or kept back what there was.
  if (status >= 300 || status === 204)
    return { statusLine, status, headers, body: status < 400 ? NOTHING : body, announced: null, complete: true };
  const chunked = /\bchunked\b/iu.test(valueOf(headers, "transfer-encoding") ?? "");
  const announced = chunked ? Number.NaN : Number.parseInt(valueOf(headers, "content-length") ?? "", 10);
  if (Number.isNaN(announced)) return { statusLine, status, headers, body, announced: null, complete: true };
  return { statusLine, status, headers, body, announced, complete: body.length >= announced };
}

const NOTHING = "" as ByteString;

function parseHeaders(text: string): Answer["headers"] {
  return text.split(/\r?\n/u).flatMap((line) => {
    const [, name, value] = /^\s*([^\s:]+)[ \t]*:[ \t]*(.*?)[ \t]*$/u.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
}

type Body = Pick<Answer, "body" | "announced" | "complete">;

function bodyOf(rest: ByteString, status: number, headers: Answer["headers"]): Body {
  if (status === 204 || status === 304) return { body: "" as ByteString, announced: 0, complete: true };
  if (/\bchunked\b/iu.test(valueOf(headers, "transfer-encoding") ?? "")) return unchunked(rest);
  const announced = Number.parseInt(valueOf(headers, "content-length") ?? "", 10);
  if (Number.isNaN(announced)) return { body: rest, announced: null, complete: true };
  return { body: rest.slice(0, announced) as ByteString, announced, complete: rest.length >= announced };
}

/** All values of a header, as one. */
export function valueOf(headers: Answer["headers"], name: string): string | null {
  const values = headers.filter(([each]) => each === name.toLowerCase()).map(([, value]) => value);
  return values.length === 0 ? null : values.join(", ");
}

function unchunked(rest: ByteString): Body {
  const pieces: string[] = [];
  for (let at = 0; ;) {
    const size = /^([\da-f]{1,8})[^\n]*\n/iu.exec(rest.slice(at, at + 100));
    const length = Number.parseInt(size?.[1] ?? "", 16);
    const body = (): ByteString => pieces.join("") as ByteString;
    if (size === null) return { body: body(), announced: null, complete: false };
    if (length === 0) return { body: body(), announced: null, complete: true };
    const begin = at + size[0].length;
    pieces.push(rest.slice(begin, begin + length));
    at = begin + length + (rest[begin + length] === "\r" ? 2 : 1);
  }
}
