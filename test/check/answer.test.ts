import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerOfWget, cameBack, parseAnswer, valueOf } from "../../src/check/answer.ts";
import { bytesFrom, type ByteString } from "../../src/host/bytes.ts";
import { names } from "../../src/check/judge.ts";
import { isText } from "../../src/check/words.ts";

const bytes = (text: string): ByteString => text as ByteString;

describe("an answer", () => {
  test.each<[string, string, object | null]>([
    ["is read", "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", { status: 200, headers: [["a", "b"]], body: "body", complete: true }],
    ["of HTTP/1.0 without a reason", "HTTP/1.0 404\r\n\r\n", { status: 404, statusLine: "HTTP/1.0 404", body: "" }],
    ["of HTTP/2", "HTTP/2 200 \r\nserver: x\r\n\r\nhi", { status: 200, body: "hi" }],
    ["with bare line feeds", "HTTP/1.1 200 OK\nA: b\n\nbody", { headers: [["a", "b"]], body: "body" }],
    ["without a head", "HTTP/1.1 200 OK\r\n\r\nbody", { headers: [], body: "body" }],
    ["that ends in its head", "HTTP/1.1 200 OK\r\nA: b\r\nC", { status: 200, headers: [["a", "b"]], body: "" }],
    ["behind one that announces it", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx", { status: 200, body: "x" }],
    ["that is only announced", "HTTP/1.1 100 Continue\r\n\r\n", null],
    ["that is too long", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcd", { body: "ab", complete: true }],
    ["that is too short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd", { body: "abcd", announced: 5, complete: false }],
    ["with a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabcd", { body: "abcd", complete: true }],
    [
      "in chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;q\r\n0123456789\r\n0\r\n\r\n",
      { body: "abc0123456789", complete: true },
    ],
    ["cut in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc", { body: "abc", complete: false }],
    [
      "with chunks that are none",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc",
      { body: "", complete: false },
    ],
    ["of another kind", "SSH-2.0-x\r\n", null],
    ["that is nothing", "", null],
  ])("%s", (_, raw, answer) => {
    if (answer === null) expect(parseAnswer(bytes(raw))).toBeNull();
    else expect(parseAnswer(bytes(raw))).toMatchObject(answer);
  });

  test("in any chunks is put together again", () => {
    const piece = fc.uint8Array({ minLength: 1, maxLength: 50 }).map(bytesFrom);
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const chunks = pieces.map((each) => `${each.length.toString(16)}\r\n${each}\r\n`).join("");
        const raw = `HTTP/1.1 200 OK\r\ntransfer-encoding:chunked\r\n\r\n${chunks}0\r\n\r\n`;
        expect(parseAnswer(bytes(raw))).toMatchObject({ body: pieces.join(""), complete: true });
      }),
    );
  });

  test("of any bytes is read without an error", () => {
    const tail = fc.uint8Array({ maxLength: 300 }).map(bytesFrom);
    const head = fc.constantFrom("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    fc.assert(fc.property(head, tail, (start, rest) => void parseAnswer(bytes(start + rest))));
  });

  test("has all values of a header", () => {
    expect(
      valueOf(
        [
          ["a", "1"],
          ["b", "2"],
          ["a", "3"],
        ],
        "A",
      ),
    ).toBe("1, 3");
    expect(valueOf([], "a")).toBeNull();
  });
});

describe("what wget says", () => {
  const said =
    "Connecting to x (1.2.3.4:80)\n  HTTP/1.1 302 Found\n  Location: /b\n  HTTP/1.1 200 OK\n  X: y\n  \nwriting to stdout";
  test("of a redirect that it followed: the first answer", () => {
    const answer = answerOfWget(bytes("of the second"), bytes(said));
    expect(answer).toEqual({
      statusLine: "HTTP/1.1 302 Found",
      status: 302,
      headers: [["location", "/b"]],
      body: "",
      announced: null,
      complete: true,
    });
  });
  test("without a head is no answer", () => expect(answerOfWget(bytes("x"), bytes("wget: bad address"))).toBeNull());
});

describe("what came back", () => {
  test("is told from what the program said by the last mark", () => {
    expect(cameBack(bytes("a\nmark\nb\nmark\nsaid\n"), "mark")).toEqual({ raw: "a\nmark\nb", said: "said", ended: true });
    expect(cameBack(bytes("\nmark\n\n"), "mark")).toEqual({ raw: "", said: "", ended: true });
    expect(cameBack(bytes("half"), "mark")).toEqual({ raw: "half", said: "", ended: false });
  });
});

describe("an id", () => {
  test.each([
    ["20260102T030405Z", "release 20260102T030405Z."],
    ["20260102T030405Z", "<b>20260102T030405Z</b>"],
    ["1", "v: 1"],
    ["a.b", '"a.b",'],
  ])("%s is named in %s", (id, text) => expect(names(text, id)).toBe(true));
  test.each([
    ["1", "12"],
    ["1", "v1"],
    ["1", "1.2"],
    ["1", "2-1"],
    ["a.b", "axb"],
    ["20260102T030405Z", "20260102T030405Z-2"],
  ])("%s is not named in %s", (id, text) => expect(names(text, id)).toBe(false));
});

test("pictures are nothing to read, escapes are", () => {
  expect(isText(bytes("\u0089PNG\r\n\u001a\n\0\0"))).toBe(false);
  expect(isText(bytes(`plain \u001b[31m text\r\n\t`))).toBe(true);
  expect(isText(bytes("\u0001\u0002\u0003"))).toBe(false);
});
