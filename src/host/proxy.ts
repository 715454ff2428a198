type Env = Readonly<Record<string, string | undefined>>;

/** The proxies that the environment names, by the names that curl reads too; empty where there is none. */
export interface Proxies {
  readonly http: string;
  readonly https: string;
  /** Who is reached without: `example.org,.internal,10.0.0.1:8080`, or `*`. */
  readonly none: string;
}

/** Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; the same in small letters comes first. */
export function proxiesOf(env: Env): Proxies {
  const named = (name: string): string => (env[name.toLowerCase()] ?? env[name] ?? "").trim();
  return { http: named("HTTP_PROXY"), https: named("HTTPS_PROXY"), none: named("NO_PROXY") };
}

/**
 * The `fetch` that goes through them, or straight where there is none, and how to end it. Rejects where a proxy is no URL. Not that of
 * Node: in version 20 it never answers where the other side closes the connection at once.
 */
export async function fetchThrough(url: string, proxies: Proxies): Promise<Fetching> {
  const { Agent, EnvHttpProxyAgent, fetch } = await import("undici");
  const proxy = /^https:/iu.test(url) ? proxies.https : proxies.http;
  const uri = withScheme(proxy);
  // What is not encrypted anyway is asked of the proxy: many open tunnels to port 443 only.
  const agent =
    proxy === ""
      ? new Agent()
      : new EnvHttpProxyAgent({ httpProxy: uri, httpsProxy: uri, noProxy: proxies.none, proxyTunnel: false });
  return { fetch: (init) => fetch(url, { ...init, dispatcher: agent }), close: () => agent.destroy() };
}

interface Fetching {
  readonly fetch: (init: Asked) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

interface Asked {
  readonly method: "POST";
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly redirect: "manual";
}

/** As much of a `Response` as we look at. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): ReadableStreamDefaultReader<Uint8Array>; cancel(): Promise<void> } | null;
}

/** `proxy.example.org:3128`, as curl takes it. */
function withScheme(proxy: string): string {
  return /^[a-z][\w+.-]*:\/\//iu.test(proxy) ? proxy : `http://${proxy}`;
}
