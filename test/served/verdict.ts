import { groupBy } from "../../src/report/group.ts";
import { type Answer, visitorOf } from "./visitors.ts";

/** A command that changed what is served, in the order of time. Times are those of the answers. */
export interface Act {
  readonly title: string;
  readonly began: number;
  /** When it said how it ended. */
  readonly said: number;
  /** The version that has to answer from then on. */
  readonly after: string;
  /** Another one that may answer until then: what a deploy that is taken back was about. */
  readonly meanwhile?: string;
}

export interface Verdict {
  /** Requests that were not answered as they should have been, told in a few lines. */
  readonly failed: string[];
  /** Answers of a version that was not to be served at that time. */
  readonly wrong: string[];
  /** Where too little was seen to say anything. */
  readonly unseen: string[];
}

/** What is said against the visitors' answers, if `first` was served before the first of the acts. */
export function judge(answers: readonly Answer[], first: string, acts: readonly Act[]): Verdict {
  const faults = answers.filter(({ failure }) => failure !== undefined);
  const strays = answers.filter(
    (answer) => answer.failure === undefined && !allowed(answer, first, acts).includes(answer.version ?? ""),
  );
  return {
    failed: told(faults, acts, ({ failure }) => failure ?? ""),
    wrong: told(strays, acts, (answer) => `${answer.version} instead of ${allowed(answer, first, acts).join(" or ")}`),
    unseen: acts.flatMap((act, index) => unseen(answers, act, acts[index + 1])),
  };
}

/** What may answer a request: what was served when it began, and what any act that went on meanwhile was about. */
function allowed({ began, ended }: Answer, first: string, acts: readonly Act[]): string[] {
  const before = acts.findLast(({ said }) => said < began)?.after ?? first;
  const during = acts.filter((act) => act.said >= began && act.began <= ended);
  return [before, ...during.flatMap(({ after, meanwhile }) => [after, ...(meanwhile === undefined ? [] : [meanwhile])])];
}

/** An act proves nothing where a visitor asked for nothing while it went on, or nothing after it. */
function unseen(answers: readonly Answer[], { title, began, said }: Act, next: Act | undefined): string[] {
  return groupBy(answers, visitorOf).flatMap((all) => {
    const visitor = visitorOf(all[0]);
    const during = all.some((answer) => answer.ended > began && answer.began < said);
    const after = all.some((answer) => answer.began > said && answer.ended < (next?.began ?? Infinity));
    return [...(during ? [] : [`${visitor} during ${title}`]), ...(after ? [] : [`${visitor} after ${title}`])];
  });
}

/** Many alike as one line, with how many, and when the first began. */
function told(answers: readonly Answer[], acts: readonly Act[], words: (answer: Answer) => string): string[] {
  const text = (answer: Answer): string => `${answer.kind}: ${words(answer)}`;
  return groupBy(answers, text).map(
    ([first, ...others]) => `${1 + others.length} times ${text(first)} (first ${when(first.began, acts)})`,
  );
}

function when(time: number, acts: readonly Act[]): string {
  const act = acts.findLast(({ began }) => began <= time);
  if (act === undefined) return "before all";
  return time < act.said
    ? `${Math.round(time - act.began)} ms into ${act.title}`
    : `${Math.round(time - act.said)} ms after ${act.title}`;
}
