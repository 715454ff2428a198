import { bytesOf } from "../../host/bytes.ts";
import type { ByteString } from "../../host/bytes.ts";
import { refusal } from "./problem.ts";

/**
 * Where a name of an archive belongs below the directory it is unpacked to; null for that directory itself, and for folders that
 * `strip` takes away.
 *
 * @throws UserError for a name that leads elsewhere, or that is lost by stripping
 */
export function placeOf(name: string, strip: number, isDirectory: boolean): ByteString | null {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const why = reasonAgainst(name, parts);
  if (why !== null) throw refusal(`${JSON.stringify(name)} in it ${why}`);
  if (parts.length > strip) return bytesOf(parts.slice(strip).join("/"));
  if (isDirectory) return null;
  throw refusal(
    `${JSON.stringify(name)} in it is not below ${strip === 1 ? "a folder" : `${strip} folders`} that \`strip\` takes away`,
    "Correct `strip` of the source, or --strip.",
  );
}

function reasonAgainst(name: string, parts: readonly string[]): string | null {
  if (name.startsWith("/")) return "is an absolute path";
  if (parts.includes("..")) return "leads out of the archive";
  if (name.includes("\0")) return "has a NUL character";
  return name.includes("\u{FFFD}") ? "is a name that is not text" : null;
}
