import { sanitizeBlock } from "../sanitize.ts";

/** An element with its attributes, in XML 1.0. What is inside is XML already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  inside: readonly string[] = [],
): string {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(String(value))}"`);
  const tag = `<${name}${said.join("")}`;
  return inside.length === 0 ? `${tag}/>` : `${tag}>${inside.join("")}</${name}>`;
}

/**
 * Text between tags, without what a CI system would obey if it found the file in its log (see `disarm.ts`). XML has characters that
 * cannot be in it at all, not even escaped: they are shown in another way.
 */
export function text(raw: string): string {
  return sanitizeBlock(raw)
    .replaceAll(/[\ufffe\uffff]/gu, "\ufffd")
    .replaceAll(/[&<>"']|:(?=:)|#(?=#)/gu, (found) => `&#${found.charCodeAt(0)};`);
}

/** Parsers make spaces of line breaks and tabs in attributes. */
function attribute(raw: string): string {
  return text(raw).replaceAll(/[\t\n]/gu, (found) => `&#${found.charCodeAt(0)};`);
}
