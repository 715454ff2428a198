import { expect, test } from "vitest";
import { formatOwner, parseRecord, type LockOwner } from "../../src/plan/lock-record.ts";

/** Bytes that the text of a symbolic link may have on XFS. */
const XFS = 1023;
/** More than what the host writes about its own process. */
const OF_HOST = 220;

const owner: LockOwner = {
  kind: "lease",
  command: "deploy --only-behind",
  by: "ann@laptop",
  since: "2026-11-29T02:00:00.000Z",
  origin: "https://ci.example.org/job/1",
  reason: "new; = % shop\n",
};

test("what a person reads of the lock is what its owner said", () => {
  expect(parseRecord(`v1;t=abc;l=20;${formatOwner(owner)}`)).toEqual({ ...owner, session: "abc", lease: 20 });
});

test.each(["\u0436", "\u{1F680}", "\u6f22", "%", "a"])(
  "whatever it says, it fits into a link, in whole characters: %s",
  (letter) => {
    const long = letter.repeat(5000);
    const text = formatOwner({ kind: "lease", command: long, by: long, since: long, origin: long, reason: long });
    expect(text.length).toBeLessThan(XFS - OF_HOST);
    for (const cut of Object.values(parseRecord(text)))
      if (typeof cut === "string" && cut.startsWith(letter)) expect(long.startsWith(cut)).toBe(true);
    expect(parseRecord(text).reason.startsWith(letter)).toBe(true);
  },
);

test("half a character is none", () => {
  expect(parseRecord(formatOwner({ ...owner, reason: "a\uD83D" })).reason).toBe("a\uFFFD");
});
