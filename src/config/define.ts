import type { WrittenConfig } from "./written.ts";

/** What a configuration program is given. */
export interface ConfigContext {
  /** The environment of the machine you deploy from. What a setting takes from it is shown like any other text. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A configuration, or a function that makes one. */
export type ConfigExport = WrittenConfig | ((context: ConfigContext) => WrittenConfig | Promise<WrittenConfig>);

/**
 * Gives back what it is given; it is there for its types. A configuration in TypeScript or JavaScript has it as default export:
 *
 * ```ts
 * export default defineConfig(({ env }) => ({ app: "shop", … }));
 * ```
 */
export function defineConfig(config: WrittenConfig): WrittenConfig;
export function defineConfig<Made extends WrittenConfig | Promise<WrittenConfig>>(
  make: (context: ConfigContext) => Made,
): (context: ConfigContext) => Made;
export function defineConfig(config: ConfigExport): ConfigExport {
  return config;
}
