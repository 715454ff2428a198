import { describe, expect, test } from "vitest";
import type { HostStatus } from "../../../src/report/status-document.ts";
import { statusLines } from "../../../src/report/tables/status.ts";
import { lease, OLD, wayBack } from "../samples.ts";
import { about, nobody, old, options, status, text, unreachable } from "./support.ts";

describe("status", () => {
  test.each([
    ["hosts agree", true, [status("web1"), status("web2")]],
    [
      "hosts differ, one is locked and one has leftovers",
      false,
      [
        status("web1", { lock: lease }),
        status("web2", { live: OLD, rollbackTo: null, rollbackRefused: "there is no good release before this one" }),
        status("web3", { findings: ["An interrupted deploy left 20261122T101010Z: the next deploy cleans it up"] }),
      ],
    ],
    ["one host cannot be asked", true, [status("web1"), status("web3", { ...nobody, error: unreachable })]],
    [
      "something still runs from another release",
      true,
      [
        status("web1", {
          processes: [old(41, "node"), old(42, "node"), old(7, "bash", "shell")],
          processesMore: 3,
          processesBlind: 12,
        }),
        status("web2", { processes: [], processesBlind: 0 }),
        status("web3", { processes: [], processesBlind: null }),
        status("web4", { processes: null }),
        status("web5", { processes: [old(9, "\u001b[2Jx) -> \n")], processesBlind: 1 }),
      ],
    ],
    ["no host can be asked", true, [status("web3", { ...nobody, error: unreachable })]],
    ["nothing is live", true, [status("local", { ...nobody, rollbackRefused: "there is no release yet" })]],
    ...[
      { text: `releases/${OLD}/public`, within: OLD, dangling: false },
      { text: "/srv/old", within: null, dangling: false },
      { text: `releases/${OLD}`, within: null, dangling: true },
    ].map(
      (elsewhere) =>
        [
          `current is ${JSON.stringify(elsewhere)}`,
          true,
          [status("local", { ...nobody, elsewhere, rollbackRefused: "There is nothing to go back from." })],
        ] as [string, boolean, HostStatus[]],
    ),
  ])("when %s", (_, agree, hosts) => {
    const way = hosts.some(({ rollbackTo }) => rollbackTo !== null) ? { goBack: wayBack } : {};
    expect(text(statusLines({ ...about, agree, ...way, hosts }, options))).toMatchSnapshot();
  });

  test.each([
    [
      "that would be refused on all hosts alike says so once",
      { refused: "There is nothing to go back to.", remedy: "" },
      { rollbackTo: null, rollbackRefused: "There is nothing to go back to." },
      ["  rollback  There is nothing to go back to."],
    ],
    [
      "that a hold refuses says who lets go of it, and how",
      {
        refused: "Refused as long as the lock is held by bob.",
        remedy: "Ask bob: symlink-helper lock release production --force",
      },
      {},
      [
        `  rollback  would go to ${OLD}`,
        "            Refused as long as the lock is held by bob.",
        "            Ask bob: symlink-helper lock release production --force",
      ],
    ],
  ])("a rollback %s", (_, refusal, facts, expected) => {
    const goBack = { to: null, command: "", ...refusal };
    const lines = statusLines({ ...about, agree: true, goBack, hosts: [status("web1", facts)] }, options);
    const from = lines.findIndex((line) => line.startsWith("  rollback"));
    expect(lines.slice(from, from + expected.length)).toEqual(expected);
  });
});
