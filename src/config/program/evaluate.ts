import { type Fault, plainValue } from "../plain.ts";

/** What a configuration program came to. Crosses from one thread to another, so it is plain data. */
export type Evaluated =
  | { readonly kind: "value"; readonly value: unknown; readonly faults: readonly Fault[] }
  /** There is no default export. */
  | { readonly kind: "nothing"; readonly exports: readonly string[] }
  | { readonly kind: "thrown"; readonly message: string; readonly stack: string };

/** Imports a module: Node's own, or what does its work where Node cannot read TypeScript. */
export type Import = (url: string) => Promise<unknown>;

/** Loads a configuration program and takes what it gives: its default export, called if it is a function, and waited for. */
export async function evaluate(load: Import, url: string, env: Readonly<Record<string, string | undefined>>): Promise<Evaluated> {
  try {
    const module = (await load(url)) as Readonly<Record<string, unknown>>;
    if (module["default"] === undefined) return { kind: "nothing", exports: Object.keys(module) };
    const exported = commonJs(module["default"]);
    const value: unknown = await (typeof exported === "function" ? (exported as Configure)({ env }) : exported);
    return { kind: "value", ...plainValue(value) };
  } catch (error) {
    return thrown(error);
  }
}

type Configure = (context: { readonly env: Readonly<Record<string, string | undefined>> }) => unknown;

/** What a compiler made of `export default` where modules are CommonJS. */
function commonJs(exported: unknown): unknown {
  const isModule = typeof exported === "object" && exported !== null && "__esModule" in exported && "default" in exported;
  return isModule ? exported.default : exported;
}

function thrown(error: unknown): Evaluated {
  try {
    if (error instanceof Error) return { kind: "thrown", message: `${error.name}: ${error.message}`, stack: String(error.stack) };
    return { kind: "thrown", message: typeof error === "string" ? error : JSON.stringify(error), stack: "" };
  } catch {
    return { kind: "thrown", message: "something that cannot be shown", stack: "" };
  }
}
