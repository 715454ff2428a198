import { expect } from "vitest";
import type { Json, Project } from "../e2e/project.ts";
import { type Act, judge, type Verdict } from "./verdict.ts";
import { now, type Visitors } from "./visitors.ts";

/** What of a command the visitors must see. */
interface Expected {
  readonly outcome: string;
  readonly after: string;
  readonly meanwhile?: string;
}

/** Commands one after the other, while visitors are there. */
export interface Story {
  /** Runs a command line, with `--json`, and goes on when every visitor has asked some times after it. */
  act(title: string, args: readonly string[], expected: Expected): Promise<Json>;
  /** Sends the visitors away and judges what they saw. */
  end(): Promise<Verdict & { readonly answers: number }>;
}

/** Begins with `first` live, and waits until all visitors have seen something of it. */
export async function beginStory(project: Project, visitors: Visitors, first: string): Promise<Story> {
  const acts: Act[] = [];
  await visitors.satisfied(0);
  return {
    act: async (title, args, { outcome, ...seen }) => {
      const began = now();
      // The document is the last thing that it prints: whoever reads it knows how it ended.
      let said = 0;
      const report = await project.json(args, { play: (child) => child.stdout.on("data", () => (said ||= now())) });
      expect(report).toMatchObject({ outcome });
      acts.push({ title, began, said, ...seen });
      await visitors.satisfied(said);
      return report;
    },
    end: async () => {
      const answers = await visitors.stop();
      return { ...judge(answers, first, acts), answers: answers.length };
    },
  };
}
