import { describe, expect, test } from "vitest";
import { allHosts, isFirst, leftOut } from "../../src/config/all-hosts.ts";
import { narrowTo, type HostChoice } from "../../src/config/choose-hosts.ts";
import { secretNames } from "../../src/config/secrets.ts";
import { UserError } from "../../src/errors.ts";
import { resolved } from "./support.ts";

const config = resolved(`
app: shop
root: /srv/shop
environments:
  production:
    hosts:
      - { host: web1, roles: [web, first-of-all] }
      - { host: web2, roles: [web] }
      - { host: web10, roles: [web] }
      - { host: db1, roles: [db], tasks: { prepare: { run: x, secrets: [DB_PASSWORD] } } }
      - "[2001:db8::1]:2222"
      - { host: odd, name: "a*b" }
`);

const chosen = (choice: HostChoice): string[] => narrowTo(config, choice).hosts.map(({ name }) => name);
const refusal = (choice: HostChoice): UserError => {
  try {
    narrowTo(config, choice);
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error("it was not refused");
};

describe("the hosts that a command is for", () => {
  test.each([
    [["web-eu-*"], ["web-eu-1", "web-eu-2"]],
    [["*,!*-2"], ["web-eu-1"]],
    [["web-eu-[1:2]"], ["web-eu-1", "web-eu-2"]],
  ])("names with hyphens: %j", (hosts, expected) => {
    const hyphens = resolved(`{ app: shop, root: /srv/shop, environments: { p: { hosts: [web-eu-1, web-eu-2] } } }`);
    expect(narrowTo(hyphens, { hosts }).hosts.map(({ name }) => name)).toEqual(expected);
    expect(() => narrowTo(hyphens, { hosts: ["web-ue-1"] })).toThrow("No host of p fits web-ue-1.");
    expect(() => narrowTo(hyphens, { hosts: [String.raw`a-\^$.|+()[]{}/,=!<>:#&%@~"'` + "`"] })).toThrow(UserError);
  });

  test.each<[HostChoice, string[]]>([
    [{}, ["web1", "web2", "web10", "db1", "2001:db8::1", "a*b"]],
    [{ hosts: ["db1"] }, ["db1"]],
    [{ hosts: ["db1,web1"] }, ["web1", "db1"]],
    [{ hosts: ["db1", " web1 , web2 "] }, ["web1", "web2", "db1"]],
    [{ hosts: ["web?"] }, ["web1", "web2"]],
    [{ hosts: ["web*,!web10"] }, ["web1", "web2"]],
    [{ hosts: ["!web*"] }, ["db1", "2001:db8::1", "a*b"]],
    [{ hosts: ["web[1:2]"] }, ["web1", "web2"]],
    [{ hosts: ["2001:db8::1"] }, ["2001:db8::1"]],
    [{ hosts: ["a*b"] }, ["a*b"]],
    [{ roles: ["web"] }, ["web1", "web2", "web10"]],
    [{ roles: ["db", "first-of-all"] }, ["web1", "db1"]],
    [{ hosts: ["*1"], roles: ["web"] }, ["web1"]],
  ])("%j", (choice, expected) => {
    expect(chosen(choice)).toEqual(expected);
  });

  // `!web4` that fits nothing would deploy to what was to be spared.
  test.each<[HostChoice, string, string]>([
    [{ hosts: ["wbe1"] }, "fits wbe1.", "Did you mean `web1`?"],
    [{ hosts: ["web1,!dv1"] }, "fits dv1.", "Did you mean `db1`?"],
    [{ hosts: ["web[1:3]"] }, "fits web3.", "Hosts of production: web1, web2, web10, db1, 2001:db8::1, a*b."],
    [{ hosts: ["www.*"] }, "fits www.*.", "Hosts of production"],
    [{ hosts: ["web1", "!"] }, "fits an empty name.", "Hosts of production"],
    [{ hosts: ["web.*"] }, "fits web.*.", "Hosts of production"],
    [{ roles: ["bd"] }, "has the role bd.", "Did you mean `db`? Roles of production: web, first-of-all, db."],
    [{ hosts: ["db1"], roles: ["web"] }, "is left by --hosts db1 --role web.", "Hosts of production"],
    [{ hosts: ["web1,!web*"] }, "is left by --hosts web1,!web*.", "Hosts of production"],
  ])("refused: %j", (choice, message, remedy) => {
    const { kind, message: said, remedy: told } = refusal(choice);
    expect([kind, said]).toEqual(["no-such-host", `No host of production ${message}`]);
    expect(told).toContain(remedy);
  });

  test("nothing but separators is no choice of all", () => {
    expect(refusal({ hosts: [","] }).message).toContain("is left by --hosts ,");
  });

  test("the others stay known: who is first, what is secret, who was left out", () => {
    const some = narrowTo(config, { hosts: ["web2"] });
    expect([allHosts(some).length, leftOut(some)]).toEqual([6, ["web1", "web10", "db1", "2001:db8::1", "a*b"]]);
    expect([isFirst(some, { name: "web2" }), isFirst(some, { name: "web1" }), isFirst(config, { name: "web1" })]).toEqual([
      false,
      true,
      true,
    ]);
    expect(secretNames(some)).toEqual(["DB_PASSWORD"]);
    expect(leftOut(config)).toEqual([]);
  });

  test("narrowed once more it is of what was left", () => {
    const some = narrowTo(narrowTo(config, { roles: ["web"] }), { hosts: ["!web1"] });
    expect(some.hosts.map(({ name }) => name)).toEqual(["web2", "web10"]);
    expect(leftOut(some)).toContain("web1");
  });
});
