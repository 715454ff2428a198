/** Why nobody was told, and what to do about it; both sentences without what is a secret. */
export interface NotTold {
  readonly why: string;
  readonly remedy: string;
}

/** What came back instead of a yes. */
export interface Refusal {
  /** Null: no answer. */
  readonly status: number | null;
  readonly text: string;
  readonly redirect: string | null;
}

const CHECK_ADDRESS = "Check the address in `notify`.";

/** Of an answer that was no yes. */
export function refused({ status, text, redirect }: Refusal): NotTold {
  const said = text.trim() === "" ? "" : `, "${(text.trim().split("\n", 1)[0] ?? "").slice(0, 100)}"`;
  const why = `it answered ${status}${said}`;
  if (redirect !== null)
    return {
      why: `${why} to ${originOf(redirect)}, and redirects are not followed`,
      remedy: "Configure the address that it leads to.",
    };
  if (status === 401 || status === 403) return { why, remedy: "Check the address, its headers and the secret in `notify`." };
  if (status === 404 || status === 410) return { why, remedy: `${CHECK_ADDRESS} The webhook may have been removed.` };
  if (status === 429) return { why, remedy: "It takes no more messages for now." };
  if (status !== null && status >= 500) return { why: `${why}, twice`, remedy: "Ask those who run it." };
  return { why, remedy: "Check that it takes this kind of message: `slack` and `webhook` send different ones." };
}

/** Of a connection that failed. */
export function unreached(code: string, message: string): NotTold {
  const known = WHY[code];
  if (known !== undefined) return { why: known, remedy: CHECK_ADDRESS };
  const certificate = /CERT|SIGNATURE|ALTNAME/u.test(code);
  return certificate
    ? {
        why: `its certificate is not accepted (${code})`,
        remedy: "If it is your own: NODE_EXTRA_CA_CERTS names the file of its authority.",
      }
    : { why: message, remedy: CHECK_ADDRESS };
}

/** The same where the way leads through a proxy: what failed may be that. `proxies`: as the environment names them. */
export function throughProxy(failure: NotTold, url: string, proxies: { readonly http: string; readonly https: string }): NotTold {
  const secure = /^https:/iu.test(url);
  if ((secure ? proxies.https : proxies.http) === "") return failure;
  const name = secure ? "HTTPS_PROXY" : "HTTP_PROXY";
  return {
    why: `${failure.why} (${name} is set)`,
    remedy: `${failure.remedy} Or the proxy in ${name}, or name the machine in NO_PROXY.`,
  };
}

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "it closed the connection without an answer",
  UND_ERR_SOCKET: "it closed the connection without an answer",
  ENOTFOUND: "no machine has this name",
  EAI_AGAIN: "its name could not be looked up",
  EHOSTUNREACH: "there is no way to it from this machine",
  ENETUNREACH: "there is no way to it from this machine",
};

/** Of what did not end within so many seconds. */
export function tooLate(timeout: number, isCommand: boolean): NotTold {
  const sooner = isCommand ? "Let it end sooner" : "Check that it can be reached from here";
  return { why: `it took longer than ${timeout} s`, remedy: `${sooner}, or raise its \`timeout\`.` };
}

/** Of what a person did not wait for. */
export const stopped: NotTold = { why: "you interrupted it", remedy: "" };

function originOf(location: string): string {
  return URL.canParse(location) ? new URL(location).origin : "another path";
}
