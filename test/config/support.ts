import { type Loaded, readConfig } from "../../src/config/read.ts";
import type { Diagnostic } from "../../src/config/diagnostics.ts";
import type { ResolvedConfig } from "../../src/config/resolved.ts";
import { renderDiagnostics } from "../../src/config/render.ts";

/** Options of `readConfig` that tests vary. */
export interface Options {
  readonly environment?: string;
  readonly ref?: string;
}

/** Reads a text as if it stood in `/home/ann/shop/symlink-helper.yaml`. */
export function read(text: string, { environment, ref }: Options = {}): Loaded {
  const overrides = ref === undefined ? {} : { ref };
  return readConfig(text, { file: "/home/ann/shop/symlink-helper.yaml", shownAs: "shop.yaml", environment, overrides });
}

/** The configuration, which must have nothing wrong with it. */
export function resolved(text: string, options: Options = {}): ResolvedConfig {
  const loaded = read(text, options);
  if (!loaded.ok) throw new Error(renderDiagnostics(loaded.diagnostics));
  return loaded.config;
}

/** What is wrong with a text, or what it is warned about. */
export function diagnostics(text: string, options: Options = {}): readonly Diagnostic[] {
  const loaded = read(text, options);
  return loaded.ok ? loaded.warnings : loaded.diagnostics;
}

/** The same, each as one line: place, underlined text, message, hint. */
export function problems(text: string, options: Options = {}): readonly string[] {
  return diagnostics(text, options).map((each) => {
    const marked = each.source[0]?.slice(each.column - 1, each.endLine === each.line ? each.endColumn - 1 : undefined) ?? "";
    const hint = each.hint === null ? "" : ` | ${each.hint.replaceAll("\n", " / ")}`;
    return `${each.line}:${each.column} ${marked === "" ? "" : `<${marked}> `}${each.message}${hint}`;
  });
}
