/** What several ledgers have answered, by their names, in the order in which they were named. */
export interface LedgerAnswers<T> {
  answers: ReadonlyMap<string, T>;
  /** Names of those that did not answer. */
  unread: string[];
}

/**
 * Asks several ledgers side by side. One that fails keeps no other from being heard. Never rejects.
 *
 * @param onError Called for each that fails.
 */
export async function askLedgers<T>(
  names: readonly string[],
  ask: (name: string) => Promise<T>,
  onError: (name: string, error: unknown) => void = () => undefined,
): Promise<LedgerAnswers<T>> {
  const asked = await Promise.allSettled(names.map(async (name) => ask(name)));
  const answers = new Map<string, T>();
  const unread: string[] = [];
  for (const [at, name] of names.entries()) {
    const answer = asked[at]!;
    if (answer.status === 'fulfilled') answers.set(name, answer.value);
    else {
      unread.push(name);
      onError(name, answer.reason);
    }
  }
  return { answers, unread };
}
