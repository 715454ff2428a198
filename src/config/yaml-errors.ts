import type { ErrorCode } from "yaml";

/** What a syntax error means, for somebody who does not know YAML's own words; after a line break, what to do. */
export function explainSyntax(code: ErrorCode, original: string): string {
  if (/end with a [\]}]/u.test(original)) return UNCLOSED;
  return EXPLAINED[code] ?? `This is not valid YAML: ${original.charAt(0).toLowerCase()}${original.slice(1)}`;
}

const UNCLOSED = "A bracket or brace above is not closed, or what is in it is not indented";

const EXPLAINED: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "An alias such as `*name` takes neither a tag nor an anchor",
  BAD_ALIAS: "This is no name for an anchor or alias",
  BAD_DQ_ESCAPE: "Text in double quotes has an escape that does not exist\nUse single quotes, or write each backslash twice.",
  BAD_INDENT:
    "The indentation does not fit the lines around it\nKeys of one map start in the same column; what belongs to a key stands further right.",
  BAD_SCALAR_START: "Text cannot start with this character unless it is in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "This line has more than one `key: value`, or is indented too far\nPut the inner one on its own line or in braces; quote a text that has a colon in it.",
  MISSING_CHAR: "Something is missing here: a closing quote or bracket, a comma, or the colon after a key",
  MULTILINE_IMPLICIT_KEY: "A key stands on one line, followed by a colon",
  MULTIPLE_ANCHORS: "A value takes one anchor",
  MULTIPLE_TAGS: "A value takes one tag",
  NON_STRING_KEY: "A key is a text: it cannot be a map or a list",
  RESOURCE_EXHAUSTION: "The file is nested too deeply",
  TAB_AS_INDENT: "Lines are indented with spaces, but this one has a tab",
  TAG_RESOLVE_FAILED:
    "Tags such as this one are not used here\nWrite the value without what begins with `!`; quote it if it is text.",
  UNEXPECTED_TOKEN:
    "This does not belong here\nA text that has quotes, brackets, commas or colons in it is best put in quotes as a whole.",
};
