const DAY_MS = 86_400_000;

/** Waits past midnight (UTC) if less time than this is left before it, in milliseconds. */
export async function stayInOneDay(forMs: number): Promise<void> {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < forMs) await new Promise((resolve) => setTimeout(resolve, leftMs + 1000));
}
