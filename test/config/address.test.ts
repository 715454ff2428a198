import { expect, test } from "vitest";
import { parseAddress } from "../../src/config/address.ts";

const ssh = (host: string, user: string | null = null, port: number | null = null): object => ({ kind: "ssh", host, user, port });

test.each([
  ["local", { kind: "local", host: "local", user: null, port: null }],
  ["web1", ssh("web1")],
  ["local.", ssh("local.")],
  ["deploy@local", ssh("local", "deploy")],
  ["deploy@web1.example.org", ssh("web1.example.org", "deploy")],
  ["deploy@web1:2222", ssh("web1", "deploy", 2222)],
  ["ann@corp.example@web1", ssh("web1", "ann@corp.example")],
  ["a:b@web1", ssh("web1", "a:b")],
  ["[::1]", ssh("::1")],
  ["deploy@[fe80::1%eth0]:22", ssh("fe80::1%eth0", "deploy", 22)],
  ["$(touch${IFS}x)'\"*", ssh("$(touch${IFS}x)'\"*")],
  ["größe.example", ssh("größe.example")],
])("%j", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

test.each([
  ["", /^must be a host/u],
  [":22", /^must be a host/u],
  ["::1", /brackets/u],
  ["[]", /^must be a host/u],
  ["[::1", /brackets/u],
  ["web1:", /port/u],
  ["web1:0", /port/u],
  ["web1:65536", /port/u],
  ["web1:0x16", /port/u],
  ["web1:22:23", /^must be a host/u],
  ["@web1", /user before/u],
  ["-oProxyCommand=x", /begin with `-`/u],
  ["-x@web1", /begin with `-`/u],
  ["a@-x", /begin with `-`/u],
  ["web 1", /spaces/u],
  ["web1\n", /control/u],
  ["web\u202E1", /control/u],
  ["ssh://web1", /URL/u],
])("%j is refused", (text, message) => {
  expect(parseAddress(text)).toMatch(message);
});
