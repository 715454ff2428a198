import { expect, test } from "vitest";
import { Slots } from "../../src/fleet/slots.ts";

/** Lets whatever waits for nothing else go on. */
const moment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function crowd(slots: Slots, names: string): Promise<{ entered: string[]; leave: Map<string, () => void> }> {
  const [entered, leave] = [[] as string[], new Map<string, () => void>()];
  for (const name of names.split("")) {
    void slots.enter().then((left) => {
      entered.push(name);
      leave.set(name, left);
    });
  }
  await moment();
  return { entered, leave };
}

test("so many at once, the others in the order in which they came", async () => {
  const { entered, leave } = await crowd(new Slots(2), "abcd");
  expect(entered.join("")).toBe("ab");
  leave.get("b")?.();
  await moment();
  expect(entered.join("")).toBe("abc");
  leave.get("a")?.();
  leave.get("c")?.();
  await moment();
  expect(entered.join("")).toBe("abcd");
});

test("who leaves twice leaves once", async () => {
  const { entered, leave } = await crowd(new Slots(1), "abc");
  leave.get("a")?.();
  leave.get("a")?.();
  await moment();
  expect(entered.join("")).toBe("ab");
});
