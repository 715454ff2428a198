import * as fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { disarm } from "../../src/report/disarm.ts";
import type { Event } from "../../src/report/events.ts";
import { formatNdjson } from "../../src/report/ndjson.ts";
import { createPlainView } from "../../src/report/plain.ts";
import { createTerminalView } from "../../src/report/terminal.ts";
import { colourTheme, plainTheme } from "../../src/report/theme.ts";
import type { View } from "../../src/report/view.ts";
import { displayWidth } from "../../src/report/width.ts";
import { deployEvents, NEW, OLD } from "./samples.ts";

/** The lines of a whole run, with the level of each where it is not information. */
function shown(view: View, events: readonly Event[] = deployEvents): string {
  return events
    .flatMap(view)
    .map((line) => (line.level === "info" ? line.text : `${line.text}   <${line.level}>`))
    .join("\n");
}

test("a deploy in plain lines, as CI shows it", () => {
  expect(shown(createPlainView())).toMatchSnapshot();
});

test("a deploy on a terminal of 80 columns", () => {
  expect(shown(createTerminalView({ theme: plainTheme, verbose: false, width: 80 }).view)).toMatchSnapshot();
});

test("a deploy on a terminal of 200 columns, with all that tasks print", () => {
  expect(shown(createTerminalView({ theme: plainTheme, verbose: true, width: 200 }).view)).toMatchSnapshot();
});

test.each([
  ["plain", createPlainView(colourTheme), createPlainView()],
  [
    "terminal",
    createTerminalView({ theme: colourTheme, verbose: true, width: 80 }).view,
    createTerminalView({ theme: plainTheme, verbose: true, width: 80 }).view,
  ],
])("colours change nothing but colours: %s", (_, coloured, plain) => {
  expect(stripVTControlCharacters(shown(coloured))).toBe(shown(plain));
  expect(shown(coloured)).toContain("\u001b[");
});

describe("on a terminal", () => {
  const view = createTerminalView({ theme: plainTheme, verbose: false, width: 80 }).view;

  test.each([
    ["build", false],
    ["prepare", false],
    ["beforeSwitch", true],
    ["afterSwitch", true],
    ["finish", true],
    ["failed", true],
  ])("what %s prints is shown as it comes: %s", (point, visible) => {
    expect(view({ kind: "output", host: "web1", point, line: "hello" }).length > 0).toBe(visible);
  });

  test("no line of ours is wider than the terminal, where words allow it", () => {
    const lines = deployEvents.flatMap(view).filter((line) => line.level !== "output");
    expect(lines.filter((line) => displayWidth(line.text) > 80)).toEqual([]);
  });

  test("long host names are cut, so that what happened stays readable", () => {
    const wide = createTerminalView({ theme: plainTheme, verbose: false, width: 80 }).view;
    const host = "a-very-long-host-name.in.some.region.example.org";
    wide({ kind: "started", command: "deploy", app: "shop", environment: "p", hosts: [host] });
    expect(wide({ kind: "pruned", host, release: OLD })[0]?.text).toMatch(/^a-very-long-host-name\.in\.some\.r…  pruned/);
  });
});

describe("P10: what hosts say obeys nobody and is obeyed by nobody", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("::error::x", "##[group]", "##vso[a.b]", "\n", "\r", "\u001b[2J", "\u009b", " ", "##", "[", "a"), {
        maxLength: 8,
      })
      .map((parts) => parts.join("")),
  );
  const events: fc.Arbitrary<Event> = hostile.chain((text) =>
    fc.constantFrom<Event>(
      { kind: "output", host: "web1", point: "finish", line: text },
      { kind: "phase-ended", host: "web1", phase: "send", ms: 1, bytesSent: 0, ok: true, text },
      { kind: "task-ended", host: "web1", point: "finish", task: text, code: 1, ms: 1 },
      { kind: "waiting", host: "web1", owner: text },
      { kind: "switched", host: "web1", from: text, to: NEW },
      { kind: "returned", host: "web1", from: text, to: null, reason: text },
      { kind: "pruned", host: "web1", release: text },
      { kind: "notice", host: null, text },
      { kind: "warning", host: null, text },
      { kind: "warning", host: "web1", text },
      { kind: "failed", host: null, error: { kind: "host", message: text, remedy: text } },
      { kind: "failed", host: "web1", error: { kind: "host", message: text, remedy: text } },
    ),
  );

  test.each([
    ["plain", createPlainView()],
    ["terminal", createTerminalView({ theme: plainTheme, verbose: true, width: 60 }).view],
  ])("%s", (_, view) => {
    fc.assert(
      fc.property(events, (event) => {
        for (const { text } of view(event)) {
          expect(text).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
          expect(disarm(text)).not.toMatch(/^\s*::|##\w*\[/);
        }
      }),
    );
  });

  test("plain lines begin with words of ours", () => {
    const view = createPlainView();
    fc.assert(
      fc.property(events, (event) => view(event).every(({ text }) => /^(web1(:| \|)|(note|warning|failed)(: |$))/.test(text))),
    );
  });

  test("as NDJSON: one line, the same value, nothing to obey", () => {
    fc.assert(
      fc.property(events, (event) => {
        const line = formatNdjson(event, "2026-11-23T11:45:02.000Z");
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ schema: 1, at: "2026-11-23T11:45:02.000Z", ...event })));
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]|^\s*::|##\w*\[/);
      }),
    );
  });
});

test.each([
  ["::error::x", ": :error::x"],
  ["   ::set-output name=a::b", "   : :set-output name=a::b"],
  ["web1 | ::error::x", "web1 | ::error::x"],
  ["web1 | ##[group]x", "web1 | # #[group]x"],
  ["##vso[task.setvariable]x", "# #vso[task.setvariable]x"],
  ["###[x]", "## #[x]"],
  ["## heading", "## heading"],
])("%j is shown as %j", (line, harmless) => {
  expect(disarm(line)).toBe(harmless);
});
