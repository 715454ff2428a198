import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { ResolvedConfig } from "../config/resolved.ts";

/**
 * The configuration for what is written to a file: where that lies in the directory that is read, it is no part of what is read. Neither is
 * what an earlier run wrote there, nor what one left that was killed.
 */
export async function withoutItself(config: ResolvedConfig, file: string): Promise<ResolvedConfig> {
  const { source } = config;
  if (source.kind !== "directory") return config;
  const top = await realpath(source.path).catch(() => null);
  const folder = await realpath(dirname(file)).catch(() => null);
  if (top === null || folder === null) return config;
  const path = relative(top, join(folder, basename(file)));
  if (path === ".." || path.startsWith("../")) return config;
  const pattern = `/${path.replaceAll(/[\\*?[\]!# ]/gu, "\\$&")}`;
  return { ...config, exclude: [...config.exclude, pattern, `${pattern}.part-*`] };
}
