/** What the benchmark asks of `workers/ledger.ts`. `hold` leaves its reservations open, `pair` settles each. */
export interface LedgerWork {
  do: 'hold' | 'pair';
  count: number;
  inFlight: number;
  /** Whether visitors ask, whose limits are counted, or clients. */
  visitors: boolean;
}
