/** Variables that nothing reads, because their names are misspelt. The owner believes that they do something. */

/** Beginnings of our own names. Anything else in an environment may belong to somebody else. */
const OURS = /^(SITE|VISITOR|SESSION|DEPLOYMENT|PEEL|PROVIDER|CLIENT_KEY|ADMIN|CATALOG|STREAM)[A-Z\d_]*$/;
/** A name of any family so close to one of ours is meant to be it: `GOOGLE_API_KEY`. */
const CLOSE = 2;

/**
 * @param known Every name that the configuration reads.
 * @returns A warning for each, with the name that is probably meant. Values are never told.
 */
export const misspelt = (variables: object, known: ReadonlySet<string>): string[] =>
  Object.entries(variables).flatMap(([name, value]) => {
    if (typeof value !== 'string' || known.has(name)) return [];
    const [nearest] = [...known]
      .map((other) => ({ other, steps: stepsBetween(name, other) }))
      .toSorted((a, b) => a.steps - b.steps);
    if (!nearest || !(OURS.test(name) || nearest.steps <= CLOSE)) return [];
    return [`${name} is no variable of Peel: ${nearest.other} is the nearest`];
  });

/** How many letters to add, remove or replace (Levenshtein). */
function stepsBetween(from: string, to: string): number {
  let row = [...to, ''].map((_, at) => at);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (const [place, other] of [...to].entries()) {
      next.push(Math.min(row[place + 1]! + 1, next[place]! + 1, row[place]! + Number(letter !== other)));
    }
    row = next;
  }
  return row.at(-1)!;
}
