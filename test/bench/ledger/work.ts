/** What the benchmark of the ledger asks its worker to do. `hold` leaves reservations open, `pair` settles each. */
export interface LedgerWork {
  do: 'hold' | 'pair';
  count: number;
  inFlight: number;
  /** Whether visitors ask, whose limits are counted, or clients. */
  visitors: boolean;
}
