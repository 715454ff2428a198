/** Applies an asynchronous function to all items, at most `limit` at a time; results in the order of the items. Stops at the first failure. */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  apply: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = Array.from<Result>({ length: items.length });
  let next = 0;
  const work = async (): Promise<void> => {
    try {
      while (next < items.length) {
        const index = next++;
        results[index] = await apply(items[index] as Item);
      }
    } finally {
      // Whoever fails leaves nothing for the others to begin.
      next = items.length;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}

/**
 * Starts work up to `ahead` items in advance and yields the results in the order of the items. Work that nobody asks for any more is
 * left to end by itself.
 */
export async function* readAhead<Item, Result>(
  items: readonly Item[],
  ahead: number,
  start: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = [];
  for (let index = 0; index < items.length + ahead; index += 1) {
    if (index < items.length) started.push(begin(items[index] as Item, start));
    if (index >= ahead) yield await (started.shift() as Promise<Result>);
  }
}

// A failure is told where its turn comes; until then Node must not take it for one that nobody handles.
function begin<Item, Result>(item: Item, start: (item: Item) => Promise<Result>): Promise<Result> {
  const result = start(item);
  result.catch(() => undefined);
  return result;
}
