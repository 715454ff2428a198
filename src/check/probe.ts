import type { HttpCheck, TcpCheck } from "../config/checks.ts";

/** What a program on a host has to be able to do for a check; see src/target/check-ask.sh. */
export type Need = "http" | "tcp" | "tls" | "unix" | "elsewhere" | "private";

/** Programs that can. */
export type Tool = "curl" | "perl" | "python3" | "wget" | "busybox-wget" | "bash" | "busybox-nc" | "nc";

/** One attempt as the host is told of it: values for src/target/check-attempt.sh, by the ends of their names. */
export type Values = Readonly<Record<string, string>>;

/** How much of a body is looked at. */
const LONGEST_BODY = 256 * 1024;
/** And how much of an answer whose body does not matter, or that has a long head. */
const LONGEST_REST = 32 * 1024;

/** What the program must be able to do. */
export function needsOf(check: HttpCheck | TcpCheck): readonly Need[] {
  if (check.kind === "tcp") return ["tcp"];
  const { url, connect, unixSocket, send } = check;
  const encrypted = isEncrypted(url);
  return [
    "http",
    ...(encrypted ? (["tls"] as const) : []),
    ...(unixSocket === null ? [] : (["unix"] as const)),
    ...(encrypted && connect !== null ? (["elsewhere"] as const) : []),
    ...(Object.values(send).some((text) => typeof text !== "string") ? (["private"] as const) : []),
  ];
}

/** Seconds after which an attempt is stopped. curl, which would keep what it has for itself, stops before that. */
export function stoppedAfter({ timeout }: HttpCheck | TcpCheck, tool: Tool): number {
  return tool === "curl" ? timeout + 2 : timeout;
}

/** How many bytes of an answer are wanted. */
export function mostBytes(check: HttpCheck | TcpCheck): number {
  if (check.kind === "tcp") return LONGEST_REST;
  return check.body !== null || check.release === "body" ? LONGEST_BODY + LONGEST_REST : LONGEST_REST;
}

/** What one attempt needs. `send`: the headers of the request, with their secrets. */
export function valuesOf(check: HttpCheck | TcpCheck, tool: Tool, send: Values): Values {
  const common = { TOOL: tool, MOST: String(mostBytes(check)) };
  if (check.kind === "tcp") return { ...common, HOST: check.host, PORT: String(check.port), UNIX: "", REQUEST: "", TLS: "" };
  const headers = headersOf(check, send);
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (tool === "curl") return { ...common, CURL: curlSettings(check, headers) };
  if (tool === "wget" || tool === "busybox-wget")
    return { ...common, URL: urlToConnect(check), HEADERS: lines.map(capital).join("\n"), CA: check.ca ?? "" };
  const { pathname, search, hostname } = new URL(check.url);
  const { host, port } = placeOf(check);
  const encrypted = isEncrypted(check.url);
  return {
    ...common,
    HOST: host,
    PORT: String(port),
    UNIX: check.unixSocket ?? "",
    TLS: encrypted ? bare(hostname) : "",
    CA: check.ca ?? "",
    REQUEST: [`GET ${pathname}${search} HTTP/1.1`, ...lines, "Connection: close", "", ""].join("\r\n"),
  };
}

function isEncrypted(url: string): boolean {
  return new URL(url).protocol === "https:";
}

/** `Host` is that of the URL, wherever it is connected to. */
function headersOf({ url }: HttpCheck, send: Values): readonly (readonly [string, string])[] {
  const standard = { Host: new URL(url).host, "User-Agent": "symlink-helper", Accept: "*/*" };
  const names = new Set(Object.keys(send).map((name) => name.toLowerCase()));
  return [...Object.entries(standard).filter(([name]) => !names.has(name.toLowerCase())), ...Object.entries(send)];
}

/** BusyBox knows that a header takes the place of its own only where it is spelled as it would itself. */
function capital(line: string): string {
  return line.replace(/^[^:]*/u, (name) => name.replaceAll(/(?<![^-])[a-z]/gu, (letter) => letter.toUpperCase()));
}

/** Where it is connected to. */
function placeOf({ url, connect }: HttpCheck): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(url);
  const own = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  return { host: connect?.host ?? bare(hostname), port: connect?.port ?? own };
}

/** The URL with the place to connect to in it, for programs that know no other way: what it is called is told by `Host`. */
function urlToConnect(check: HttpCheck): string {
  if (check.connect === null) return check.url;
  const { host, port } = placeOf(check);
  const { pathname, search } = new URL(check.url);
  return `http://${bracketed(host)}:${port}${pathname}${search}`;
}

/** In the form of curl's own configuration, which it reads from standard input. */
function curlSettings(check: HttpCheck, headers: readonly (readonly [string, string])[]): string {
  const { url, connect, unixSocket, ca } = check;
  const { host, port } = placeOf(check);
  const elsewhere = connect !== null && isEncrypted(url);
  const settings: readonly (readonly [string, string | null])[] = [
    ["url", elsewhere ? url : urlToConnect(check)],
    ["globoff", null],
    ["silent", null],
    ["show-error", null],
    ["include", null],
    ["raw", null],
    ["noproxy", "*"],
    ["max-time", String(check.timeout)],
    // A header that is empty is written with `;`: with `:` curl would leave it out.
    ...headers.map(([name, value]) => ["header", value === "" ? `${name};` : `${name}: ${value}`] as const),
    ...(elsewhere ? ([["connect-to", `::${bracketed(host)}:${port}`]] as const) : []),
    ...(unixSocket === null ? [] : ([["unix-socket", unixSocket]] as const)),
    ...(ca === null ? [] : ([["cacert", ca]] as const)),
  ];
  return settings.map(([name, value]) => (value === null ? name : `${name} = ${quoted(value)}`)).join("\n");
}

function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"]/gu, String.raw`\$&`).replaceAll("\t", String.raw`\t`)}"`;
}

function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/u, "$1");
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
