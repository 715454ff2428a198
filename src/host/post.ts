import { type Answer, fetchThrough, type Proxies } from "./proxy.ts";

/** What is posted, and how long that may take. */
interface Posted {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  /** Through whom it goes. */
  readonly proxies: Proxies;
}

/** How it went. A failure of the network has no status; `redirect` is where the answer wanted us to go, which we do not. */
export type PostAnswer =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly status: number; readonly text: string; readonly redirect: string | null }
  | { readonly ok: false; readonly status: null; readonly code: string; readonly message: string };

/** Posts a text to somebody who is no host: the port through which others are told. Never rejects. */
export type Post = (posted: Posted) => Promise<PostAnswer>;

/** The real port. The body of an answer that says yes is not waited for. */
export const post: Post = async ({ url, headers, body, signal, proxies }) => {
  const asked = { method: "POST", headers: { ...headers }, body, signal, redirect: "manual" } as const;
  try {
    const through = await fetchThrough(url, proxies);
    try {
      return await answerOf(await through.fetch(asked));
    } finally {
      await through.close();
    }
  } catch (error) {
    return { ok: false, status: null, ...causeOf(error) };
  }
};

async function answerOf(answer: Answer): Promise<PostAnswer> {
  const { ok, status } = answer;
  if (!ok) return { ok, status, text: await beginningOf(answer), redirect: redirectOf(answer) };
  await answer.body?.cancel();
  return { ok, status };
}

/** As much of a body as is worth showing; what does not come in time is not missed. */
async function beginningOf({ body }: Answer): Promise<string> {
  const reader = body?.getReader();
  try {
    const { value } = (await reader?.read()) ?? {};
    return value === undefined ? "" : new TextDecoder().decode(value.subarray(0, ENOUGH));
  } catch {
    return "";
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

function redirectOf({ status, headers }: Answer): string | null {
  return status >= 300 && status < 400 ? headers.get("location") : null;
}

/** Of `fetch failed` the cause says why. */
function causeOf(error: unknown): { readonly code: string; readonly message: string } {
  const cause: unknown = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return { code: "", message: String(cause) };
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return { code, message: cause.message === "" ? cause.name : cause.message };
}

const ENOUGH = 300;
