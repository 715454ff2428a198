/** What people write where a variable is meant; nothing in a configuration is replaced by us. */
const LIKE_A_VARIABLE = /^\$\{?[A-Za-z_]\w*\}?$/u;

/** Why a text is no address that can be posted to, as the end of a sentence, with a hint after a line break; null if it is one. */
export function webAddress(text: string): string | null {
  if (LIKE_A_VARIABLE.test(text)) {
    return `must be a URL: nothing is replaced in it\nFor what a variable holds: { secret: ${text.replaceAll(/[${}]/gu, "")} }`;
  }
  const url = parsed(text);
  if (url === null || !/^https?:\/\/[^/]/iu.test(text)) return "must be a URL that begins with https:// or http://";
  return url.username === "" && url.password === ""
    ? null
    : "must not hold a user or a password: it could not be sent\nTake them out. A `webhook` can send them in a header, Authorization; addresses that Slack gives have none.";
}

/** What is wrong with a text that {@link webAddress} does not take, and what to do: without the text, which may be a secret. */
export function aboutWebAddress(text: string): string {
  const url = parsed(text);
  const named = url !== null && (url.username !== "" || url.password !== "");
  if (!named) return "is no http(s) URL";
  return "is a URL with a user or a password in it, which could not be sent: take them out (a `webhook` can send them in a header, Authorization)";
}

/** The same for a header of our own choice: fetch sends no other texts. */
export function headerValue(text: string): string | null {
  return /^[\t\u0020-\u007e\u00a0-\u00ff]*$/u.test(text) ? null : "must be one line of Latin letters: a header can hold no other";
}

/** The name of a header that users may set. */
export function headerName(name: string): string | null {
  if (!/^[!#$%&'*+.^_`|~A-Za-z0-9-]+$/u.test(name)) return "must be the name of a header, such as Authorization";
  const ours =
    /^(?:host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|content-length|content-type|x-slh-.*)$/iu;
  return ours.test(name) ? "must not be set: it is decided by what is sent" : null;
}

/** Where an address leads, without what may be a secret in it: `https://hooks.slack.com/***`. */
export function shownAddress(text: string): string {
  const url = parsed(text);
  if (url === null) return "***";
  return url.pathname === "/" && url.search === "" && url.hash === "" ? url.origin : `${url.origin}/***`;
}

function parsed(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
