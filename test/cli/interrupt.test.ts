import { describe, expect, test } from "vitest";
import type { CommandContext } from "../../src/api.ts";
import { run } from "../../src/cli/run.ts";
import type { Report } from "../../src/report/report.ts";
import { report } from "../report/samples.ts";
import { fakeWorld } from "./world.ts";

/** Runs a command that lasts until it is interrupted; `during` plays the person at the keyboard. */
async function interrupted(
  args: readonly string[],
  during: (fake: ReturnType<typeof fakeWorld>, aborted: () => boolean, emit: CommandContext["emit"]) => void,
) {
  const wait = async (context: CommandContext): Promise<Report> => {
    during(fake, () => context.signal.aborted, context.emit);
    return Promise.resolve(report({ outcome: context.signal.aborted ? "interrupted" : "deployed", hosts: [] }));
  };
  const fake = fakeWorld(args, { api: { deploy: wait, setup: wait } });
  const code = await run(fake.world);
  return { ...fake, code };
}

describe("the first signal", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s asks the command to stop, and says what will happen", async (name) => {
    const seen: boolean[] = [];
    const { said, code, left } = await interrupted(["deploy"], ({ signal }, aborted) => {
      seen.push(aborted());
      signal(name);
      seen.push(aborted());
    });
    expect(seen).toEqual([false, true]);
    expect(said.stderr).toMatch(/no new switch is made, what is not confirmed goes back, then the lock is released/);
    expect([code, left]).toEqual([130, []]);
  });

  test("promises nothing about switches where there are none", async () => {
    const { said } = await interrupted(["setup"], ({ signal }) => signal("SIGINT"));
    expect(said.stderr).toMatch(/^Interrupted: stopping\./);
  });
});

test("what is said then fits the terminal", async () => {
  const wait = (): Promise<Report> => {
    fake.signal("SIGINT");
    return Promise.resolve(report({ outcome: "interrupted", hosts: [] }));
  };
  const fake = fakeWorld(["deploy"], { api: { deploy: wait }, columns: 50 });
  await run(fake.world);
  const lines = fake.said.stderr.split("\n\n")[0]?.split("\n") ?? [];
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((line) => line.length > 50)).toEqual([]);
});

describe("the second signal", () => {
  test("SIGINT leaves at once, and says what that means and what to type", async () => {
    const { said, left } = await interrupted(["deploy", "staging"], ({ signal, pass }) => {
      signal("SIGINT");
      pass(1000);
      signal("SIGINT");
    });
    expect(left).toEqual([130]);
    expect(said.stderr).toContain(
      "Left at once: hosts were not waited for, and what they serve was not read back. Look with: symlink-helper status staging",
    );
  });

  test("P3: where a switch had begun, SIGINT ends with 4: nobody has looked what is live", async () => {
    const { left } = await interrupted(["deploy"], ({ signal, pass }, _, emit) => {
      signal("SIGINT");
      emit({ kind: "phase-started", host: "web1", phase: "switch" });
      pass(1000);
      signal("SIGINT");
    });
    expect(left).toEqual([4]);
  });

  test("SIGINT leaves at once after another signal too", async () => {
    const { left } = await interrupted(["deploy"], ({ signal, pass }) => {
      signal("SIGTERM");
      pass(1000);
      signal("SIGINT");
    });
    expect(left).toEqual([130]);
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("%s does not, as CI systems send several", async (name) => {
    const { left } = await interrupted(["deploy"], ({ signal, pass }) => {
      signal("SIGINT");
      pass(1000);
      signal(name);
    });
    expect(left).toEqual([]);
  });

  test("an echo of the first within an instant is none: npm passes on what the terminal has sent already", async () => {
    const { left } = await interrupted(["deploy"], ({ signal, pass }) => {
      signal("SIGINT");
      pass(50);
      signal("SIGINT");
    });
    expect(left).toEqual([]);
  });
});

test("once the command is over nobody listens any more", async () => {
  const { signal, said } = await interrupted(["deploy"], () => undefined);
  const before = said.both;
  signal("SIGINT");
  expect(said.both).toBe(before);
});

describe("a command that throws when it is interrupted", () => {
  test("is reported as interrupted", async () => {
    const fake = fakeWorld(["setup", "--json"], {
      api: {
        setup: () => {
          fake.signal("SIGINT");
          return Promise.reject(new Error("aborted"));
        },
      },
    });
    expect(await run(fake.world)).toBe(130);
    expect(JSON.parse(fake.said.stdout)).toMatchObject({ outcome: "interrupted" });
  });
});
