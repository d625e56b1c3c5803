import type { SessionAnswer } from '../../worker/protocol.ts';

/** A ticket is renewed this long before its end, so that it does not expire in transit. */
const MARGIN_MS = 30_000;

/** Holds the visitor's ticket. It is requested on first use, and a renewal keeps the same visitor. */
export interface TicketHolder {
  /** A valid token, requested or renewed if necessary. */
  get(signal: AbortSignal): Promise<string>;
  /** A new token, for when the worker refused a token that has not expired. */
  renew(signal: AbortSignal): Promise<string>;
}

/**
 * @param ask Calls `POST /peel/session`, with the old token if there is one. Its errors pass through.
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
