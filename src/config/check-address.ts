/** Where a connection leads. */
export interface Endpoint {
  /** A name or an address; that of IPv6 without brackets. */
  readonly host: string;
  readonly port: number | null;
}

/** `host`, `host:port`, `[ipv6]`, `[ipv6]:port`; null for anything else. */
export function parseEndpoint(text: string): Endpoint | null {
  const { literal, name, port } =
    /^(?:\[(?<literal>[^\]]*)\]|(?<name>[A-Za-z0-9_][\w.-]*))(?::(?<port>\d{1,5}))?$/u.exec(text)?.groups ?? {};
  const host = literal ?? name;
  if (host === undefined || (literal !== undefined && !isAddress(literal))) return null;
  if (port === undefined) return { host, port: null };
  return Number(port) >= 1 && Number(port) <= 65_535 ? { host, port: Number(port) } : null;
}

function isAddress(literal: string): boolean {
  return /^[\da-fA-F:.]+$/u.test(literal) && literal.includes(":");
}

/** A port of a host, for a check by TCP. */
export function tcpAddress(text: string): string | null {
  if (typeof parseEndpoint(text)?.port === "number") return null;
  return "must be a host and a port, such as 127.0.0.1:5432\nAn IPv6 address stands in brackets: [::1]:5432.";
}

/** A host, with or without a port. */
export function connectAddress(text: string): string | null {
  if (parseEndpoint(text) !== null) return null;
  return "must be a host, or a host and a port, such as 127.0.0.1:8443\nAn IPv6 address stands in brackets: [::1]:8443.";
}

/** What is asked on a host. */
export function checkedUrl(text: string): string | null {
  if (/\$/u.test(text) && !URL.canParse(text)) return "must be a URL: nothing is replaced in it";
  if (!/^https?:\/\/[^/]/iu.test(text) || !URL.canParse(text))
    return "must be a URL that begins with http:// or https://, such as http://127.0.0.1:8080/health";
  const { username, password, hash } = new URL(text);
  if (username !== "" || password !== "")
    return "must not hold a user or a password\nSend them in a header: send: { Authorization: { secret: NAME } }.";
  if (hash !== "") return "must not hold a `#`: what stands behind it is sent to nobody";
  return /[\s\p{C}]/u.test(text) ? "must not contain spaces or control characters" : null;
}

/** A file or socket on a host. */
export function hostPath(text: string): string | null {
  if (text.startsWith("~")) return "must not begin with `~`: it is taken literally and never becomes a home directory";
  if (!text.startsWith("/")) return "must be an absolute path on the host";
  return /\p{Cc}/u.test(text) ? "must not contain control characters" : null;
}

/** The name of a header that an answer may have. */
export function answerHeader(name: string): string | null {
  return TOKEN.test(name) ? null : "must be the name of a header, such as X-Release";
}

/** The name of a header that may be sent. */
export function requestHeader(name: string): string | null {
  if (!TOKEN.test(name)) return "must be the name of a header, such as Host";
  return /^(?:connection|content-length|transfer-encoding|te|trailer|upgrade|expect|accept-encoding)$/iu.test(name)
    ? "must not be set: it decides how the answer is sent, which must be readable here"
    : null;
}

/** Where a release's id is looked for. */
export function releasePlace(text: string): string | null {
  return TOKEN.test(text) ? null : "must be `body`, or the name of a header such as X-Release";
}

const TOKEN = /^[!#$%&'*+.^_`|~A-Za-z0-9-]+$/u;
