/**
 * What a person at the keyboard would say about a host, without a ledger: a back button and a few lists. It is told what happened
 * as it happens, and knows nothing of entries, states or places in a file.
 */
export interface Person {
  /** Where the back button leads, the nearest last. */
  back: string[];
  /** What the person believes to be live. */
  current: string | null;
  /** A switch whose end the person has not seen: to what, from what, and the back button before it. */
  unsure: { readonly to: string; readonly from: string | null; readonly back: readonly string[] } | null;
  /** Has anything ever been said about what is live? */
  met: boolean;
  readonly good: Set<string>;
  readonly adopted: Set<string>;
  readonly wasLive: Set<string>;
  /** Made by the tool, and not removed since. */
  readonly made: Set<string>;
  readonly pinned: Set<string>;
}

export function newPerson(): Person {
  return {
    back: [],
    current: null,
    unsure: null,
    met: false,
    good: new Set(),
    adopted: new Set(),
    wasLive: new Set(),
    made: new Set(),
    pinned: new Set(),
  };
}

/** Like a browser: going where one came from unwinds, going anywhere else leaves a page to come back to, if it was a good one. */
export function go(person: Person, next: string | null): void {
  const { back, current } = person;
  if (next === current) return;
  if (next !== null && back.includes(next)) back.splice(back.indexOf(next));
  else if (current !== null && person.good.has(current)) back.push(current);
  if (next !== null) person.wasLive.add(next);
  person.current = next;
}

/** A look at the link, at the start of a command. */
export function look(person: Person, link: string | null, exists: boolean): void {
  const { unsure } = person;
  if (unsure !== null && link === unsure.from && person.current === unsure.to) takenBack(person);
  else if (link !== person.current) {
    const first = !person.met && link !== null;
    go(person, link);
    if (first && exists && !person.made.has(link)) adopt(person, link);
  }
  if (link !== unsure?.to) person.unsure = null;
  person.met ||= link !== null && exists;
}

function adopt(person: Person, id: string): void {
  person.good.add(id);
  person.adopted.add(id);
}

/** As if it had never been switched to. */
export function takenBack(person: Person): void {
  if (person.unsure === null) return;
  person.back = person.unsure.back.filter((id) => person.good.has(id));
  person.current = person.unsure.from;
  person.unsure = null;
}

export function gone(person: Person, id: string): void {
  person.back = person.back.filter((other) => other !== id);
  for (const list of [person.good, person.adopted, person.made, person.pinned]) list.delete(id);
}

/** Where a rollback should go: the nearest page that still stands. */
export function expectedTarget(person: Person, stands: (id: string) => boolean): string | null {
  return person.back.findLast(stands) ?? null;
}

/** The good ones a person would want kept: where one is, then where the back button leads; pinned ones are no question. */
export function wanted(person: Person, exists: (id: string) => boolean, keep: number): readonly string[] {
  const here = person.current !== null && person.good.has(person.current) ? [person.current] : [];
  return [...here, ...person.back.toReversed()].filter((id) => exists(id) && !person.pinned.has(id)).slice(0, keep);
}
