import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { disarm } from "../../../src/report/disarm.ts";
import { renderTable } from "../../../src/report/table.ts";
import { plainTheme } from "../../../src/report/theme.ts";

describe("tables", () => {
  test("align wide and combining characters, and leave out columns that say nothing", () => {
    const columns = [{ title: "a" }, { title: "none" }, { title: "n", align: "right" as const }, { title: "z" }];
    const rows = [
      ["東京", "", "1", "x"],
      ["e\u0301", "", "200", ""],
    ];
    expect(renderTable(columns, rows, { theme: plainTheme })).toEqual(["a       n  z", "東京    1  x", "e\u0301     200"]);
  });

  test("P10: nothing in a cell breaks out of its line", () => {
    const anything = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.array(fc.tuple(anything, anything), { minLength: 1 }), (rows) => {
        const lines = renderTable([{ title: "a" }, { title: "b" }], rows, { theme: plainTheme, width: 60 });
        expect(lines.length).toBe(rows.length + 1);
        for (const line of lines)
          expect(disarm(line)).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]|^\s*::/);
      }),
    );
  });
});
