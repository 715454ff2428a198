import type { HttpCheck, TcpCheck } from "../config/checks.ts";
import { bytesOf, textOf, type ByteString } from "../host/bytes.ts";
import { answerOfWget, parseAnswer, valueOf, type Answer, type CameBack } from "./answer.ts";
import { mostBytes, type Tool } from "./probe.ts";

/** What is known of the releases: which has to answer, and which answered before; empty where there was none. */
export interface Releases {
  readonly release: string;
  readonly previous: string;
}

/** What one attempt came to. */
export interface Verdict {
  readonly ok: boolean;
  /** What came back in a few words, `200 OK`; or why that does not pass, as a sentence without a full stop. */
  readonly text: string;
  readonly answer: Answer | null;
}

/** Judges what came back of an attempt that took at most so many seconds. */
export function judge(check: HttpCheck | TcpCheck, tool: Tool, came: CameBack, releases: Releases): Verdict {
  if (check.kind === "tcp") return judgePort(check, came);
  const isWget = tool === "wget" || tool === "busybox-wget";
  const answer = isWget ? answerOfWget(came.raw, came.said) : parseAnswer(came.raw);
  const truncated = came.raw.length >= mostBytes(check);
  const reason = answer === null ? noAnswer(check, came, isWget) : whyNot(check, answer, { ...came, truncated }, releases);
  if (reason !== null) return { ok: false, text: reason, answer };
  return { ok: true, text: textOf((answer?.statusLine ?? "").replace(/^\S+ /u, "") as ByteString), answer };
}

function judgePort({ timeout }: TcpCheck, { raw, said, ended }: CameBack): Verdict {
  if (raw.startsWith("connected")) return { ok: true, text: "connected", answer: null };
  return { ok: false, text: ended ? noConnection(said) : `no connection within ${timeout} s`, answer: null };
}

function noAnswer({ timeout, unixSocket }: HttpCheck, { raw, said, ended }: CameBack, byWget: boolean): string {
  // What wget has of a head it tells at its end.
  if (!ended && (raw === "" || byWget)) return `no ${byWget ? "complete " : ""}answer within ${timeout} s`;
  if (raw !== "") return "what answers there does not speak HTTP";
  return said === ""
    ? `the connection${unixSocket === null ? "" : " to the socket"} was closed without an answer`
    : noConnection(said);
}

/** What the program said, without its own name and what is no news. */
function noConnection(said: ByteString): string {
  const lines = textOf(said)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("Connecting to "));
  // curl goes on to explain.
  const own = lines.find((line) => line.startsWith("curl: ("));
  const telling = lines.findLast((line) =>
    /refused|failed|could ?n.t|can.t|denied|unable|error|no such|not found|closed/iu.test(line),
  );
  const text = (own ?? telling ?? lines.at(-1) ?? "no connection")
    .trim()
    .replace(/^(?:curl: \(\d+\)|wget:|nc:|bash:(?: line \d+:)?) /u, "");
  return text.replace(/\.$/u, "");
}

interface Known extends CameBack {
  /** There may have been more. */
  readonly truncated: boolean;
}

function whyNot(check: HttpCheck, answer: Answer, came: Known, releases: Releases): string | null {
  return (
    wrongStatus(check, answer) ??
    wrongHeader(check, answer) ??
    wrongBody(check, answer, came) ??
    wrongRelease(check, answer, came, releases) ??
    unfinished(check, answer, came)
  );
}

function wrongStatus({ status: wanted, url }: HttpCheck, { status, headers }: Answer): string | null {
  const good = wanted.length === 0 ? status >= 200 && status < 300 : wanted.includes(status);
  if (good) return null;
  const to = status >= 300 && status < 400 ? valueOf(headers, "location") : null;
  const instead = wanted.length === 0 ? "one from 200 to 299" : wanted.join(" or ");
  return `status ${status} instead of ${instead}${to === null ? "" : `: ${url} leads to ${textOf(to as ByteString)}, which is not followed`}`;
}

function wrongHeader({ header }: HttpCheck, { headers }: Answer): string | null {
  for (const [name, wanted] of Object.entries(header)) {
    const value = valueOf(headers, name);
    if (value === null) return `there is no header ${name}`;
    if (!value.includes(bytesOf(wanted))) return `the header ${name} is ${shown(value)}, without "${wanted}"`;
  }
  return null;
}

function wrongBody({ body: wanted }: HttpCheck, { body }: Answer, came: Known): string | null {
  if (wanted === null || body.includes(bytesOf(wanted))) return null;
  return `the body does not hold "${wanted}"${soFar(came)}`;
}

function wrongRelease(
  { release: place }: HttpCheck,
  answer: Answer,
  came: Known,
  { release, previous }: Releases,
): string | null {
  if (place === null) return null;
  const text = place === "body" ? answer.body : valueOf(answer.headers, place.header);
  const name = place === "body" ? "the body" : `the header ${place.header}`;
  if (text !== null && release !== "" && names(text, release)) return null;
  if (text !== null && previous !== "" && names(text, previous))
    return `it is still the release ${previous} that answers, by ${name}`;
  // What is no release has no name that could be asked for.
  if (release === "") return null;
  if (text === null) return `there is no ${name.slice("the ".length)}, which should name the release ${release}`;
  return place === "body"
    ? `the body does not name the release ${release}${soFar(came)}`
    : `${name} is ${shown(text)}, not the release ${release}`;
}

/** Whether an id stands there as a whole, not as a part of another one. */
export function names(text: string, id: string): boolean {
  const plain = id.replaceAll(/[.-]/gu, String.raw`\$&`);
  return new RegExp(`(?<![A-Za-z0-9_]|[A-Za-z0-9_][.-])${plain}(?![A-Za-z0-9_]|[.-][A-Za-z0-9_])`).test(text);
}

/** What a header holds, as far as it is worth showing. */
function shown(value: string): string {
  const text = textOf(value as ByteString);
  return `"${text.length > 100 ? `${text.slice(0, 100)}…` : text}"`;
}

function soFar({ truncated, ended }: Known): string {
  if (truncated) return " in its first 256 KiB";
  return ended ? "" : " as far as it came";
}

/** An answer that was good so far, but did not come to its end. */
function unfinished({ timeout }: HttpCheck, { announced, body, complete }: Answer, { truncated, ended }: Known): string | null {
  if (truncated || (complete && ended)) return null;
  // Who keeps the connection open although all is said has answered.
  if (announced !== null && body.length >= announced) return null;
  if (!ended) return `the answer did not end within ${timeout} s`;
  return `the answer was cut short${announced === null ? "" : ` after ${body.length} of ${announced} bytes`}`;
}
