import type { SessionAnswer } from '../worker/protocol.ts';

/** Renewed this long before its end, so that it does not expire on the way. */
const MARGIN_MS = 30_000;

/** Holds the visitor's ticket: nothing is asked before it is needed, and a renewal keeps the visitor. */
export interface TicketHolder {
  /** A token that is still good, asked for where needed. */
  get(signal: AbortSignal): Promise<string>;
  /** A new token, whatever the clock says: the worker did not take the last one. */
  renew(signal: AbortSignal): Promise<string>;
}

/**
 * @param ask Calls `POST /peel/session`, presenting the old token where there is one. Throws what it fails with.
 * @param now Unix milliseconds.
 */
export function createTicketHolder(
  ask: (old: string | undefined, signal: AbortSignal) => Promise<SessionAnswer>,
  now: () => number,
): TicketHolder {
  let ticket: SessionAnswer | undefined;

  const renew = async (signal: AbortSignal): Promise<string> => {
    ticket = await ask(ticket?.token, signal);
    return ticket.token;
  };
  return {
    renew,
    get: (signal) =>
      ticket && Date.parse(ticket.expiresAt) - now() > MARGIN_MS ? Promise.resolve(ticket.token) : renew(signal),
  };
}
