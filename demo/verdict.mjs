// Whether the demo showed what it is there to show.

/** What visitors must get, in this order: the two that are missing fail. */
export const expectedVersions = ["1.0.0", "2.0.0", "5.0.0", "6.0.0"];

/** @param {import("./words.mjs").Seen} seen @returns {string[]} nothing where all is as it should be */
export function problemsIn({ requests, errors, reads, readErrors, versions, firstErrors }) {
  const got = Object.keys(versions);
  return [
    ...(errors + readErrors > 0 ? [`Visitors saw ${errors + readErrors} errors: ${firstErrors.join("; ")}`] : []),
    ...(requests < 100 || reads < 100
      ? [`Too little was asked for to prove anything: ${requests} requests, ${reads} reads.`]
      : []),
    ...(got.join() === expectedVersions.join()
      ? []
      : [`Visitors were to get ${expectedVersions.join(", ")}, but got ${got.join(", ")}.`]),
  ];
}
