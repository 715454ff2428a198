import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/config/address.ts";
import { expandRanges } from "../../src/config/ranges.ts";
import { problems, resolved } from "./support.ts";

describe("ranges, as Ansible has them", () => {
  test.each([
    ["web1", ["web1"]],
    ["web[1:3].example.org", ["web1.example.org", "web2.example.org", "web3.example.org"]],
    ["web[08:11]", ["web08", "web09", "web10", "web11"]],
    ["web[001:002]", ["web001", "web002"]],
    ["web[0:1]", ["web0", "web1"]],
    ["web[1:9:4]", ["web1", "web5", "web9"]],
    ["web[1:8:4]", ["web1", "web5"]],
    ["web[7:7]", ["web7"]],
    ["db-[a:c]", ["db-a", "db-b", "db-c"]],
    ["db-[a:e:2]", ["db-a", "db-c", "db-e"]],
    ["[a:b].example.org", ["a.example.org", "b.example.org"]],
    ["r[1:2]-[a:b]", ["r1-a", "r1-b", "r2-a", "r2-b"]],
    ["deploy@web[1:2]:22", ["deploy@web1:22", "deploy@web2:22"]],
    ["127.0.0.1:[2201:2202]", ["127.0.0.1:2201", "127.0.0.1:2202"]],
    ["[2001:db8::1]", ["[2001:db8::1]"]],
    ["[::1]:22", ["[::1]:22"]],
    ["ann@[2001:db8:0:0:0:0:0:[1:2]]", ["ann@[2001:db8:0:0:0:0:0:1]", "ann@[2001:db8:0:0:0:0:0:2]"]],
    ["web[1-3]", ["web[1-3]"]],
    ["web[ab:c]", ["web[ab:c]"]],
  ])("%s", (text, all) => {
    expect(expandRanges(text)).toEqual(all);
  });

  test.each([
    ["web[3:1]", "which ends before it begins"],
    ["web[c:a]", "which ends before it begins"],
    ["web[1:3:0]", "with a step of nothing"],
    ["web[01:100]", "whose ends have not the same number of digits"],
    ["web[1:1001]", "stands for more than 1000 hosts"],
    ["web[1:99999999999999999999]", "stands for more than 1000 hosts"],
    ["r[1:40]-[1:40]", "stands for more than 1000 hosts"],
    ["[1:900][1:900][1:900][1:900][1:900][1:900]", "stands for more than 1000 hosts"],
  ])("none: %s", (text, why) => {
    expect(expandRanges(text)).toContain(why);
  });

  test("no IPv6 literal is one", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(expandRanges(`[${address}]`)).toEqual([`[${address}]`]);
        expect(parseAddress(`[${address}]`)).toMatchObject({ host: address });
      }),
    );
  });

  test("from one text on all that it stands for is there, each once, in order", () => {
    const range = fc.tuple(fc.nat(500), fc.nat(60), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(range, ([from, more, step]) => {
        const all = expandRanges(`w[${from}:${from + more}:${step}]`) as readonly string[];
        const numbers = all.map((name) => Number(name.slice(1)));
        expect(numbers[0]).toBe(from);
        expect(numbers.every((number, at) => number === from + at * step && number <= from + more)).toBe(true);
        expect((numbers.at(-1) ?? 0) + step).toBeGreaterThan(from + more);
      }),
    );
  });
});

const environment = (hosts: string): string => `app: a\nroot: /r\nenvironments: { p: { hosts: [${hosts}] } }`;

describe("in `hosts`", () => {
  test("each host has all settings of its entry", () => {
    const { hosts } = resolved(
      environment('"web[01:02].example.org", { host: "10.0.0.[1:2]", name: "db-[a:b]", user: ann, roles: [db], keep: 2 }'),
    );
    expect(hosts.map(({ name, address, roles, keep }) => [name, address, roles, keep])).toEqual([
      ["web01.example.org", expect.objectContaining({ host: "web01.example.org", user: null }), [], 5],
      ["web02.example.org", expect.objectContaining({ host: "web02.example.org", user: null }), [], 5],
      ["db-a", expect.objectContaining({ host: "10.0.0.1", user: "ann" }), ["db"], 2],
      ["db-b", expect.objectContaining({ host: "10.0.0.2", user: "ann" }), ["db"], 2],
    ]);
  });

  // Twenty hosts of one line have one problem there, not twenty.
  test.each([
    ['"web[3:1]"', ['3:30 <"web[3:1]"> `environments.p.hosts[0]` has the range `[3:1]`, which ends before it begins']],
    ['"web[1:3]:x"', ['3:30 <"web[1:3]:x"> `environments.p.hosts[0]` must end in a port from 1 to 65535 after the colon']],
    [
      '{ host: "web[1:3]", name: web }',
      ['3:56 <web> "web[1:3]" stands for 3 hosts, but `name` for 1 | Give it a range of as many: name: web[01:20].'],
    ],
    ['{ host: "web[1:3]:22", port: 22 }', ['3:53 <port> The port is already in "web[1:3]:22" | Write it in one place only.']],
    [
      '"web[1:3]", web2',
      [
        '3:42 <web2> Another host of this environment is called "web2" too | Give one of them a name of its own: { host: …, name: … }.',
      ],
    ],
    [
      '{ host: "web[1:3]", root: r }',
      [
        '3:56 <r> `environments.p.hosts[0].root` must be an absolute path for hosts that are reached over SSH, but is "r" | Only for `local` may it be relative to this file.',
      ],
    ],
  ])("%s", (hosts, expected) => {
    expect(problems(environment(hosts))).toEqual(expected);
  });
});
