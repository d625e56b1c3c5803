import type { SessionAnswer } from '../../worker/protocol.ts';

/** A ticket is renewed this long before its end, so that it does not expire in transit. */
const MARGIN_MS = 30_000;

/** @param old The last token: it keeps the visitor's id. */
export type AskTicket = (old: string | undefined, signal: AbortSignal) => Promise<SessionAnswer>;

/** Holds the visitor's ticket. It is requested on first use, and a renewal keeps the same visitor. */
export interface TicketHolder {
  /**
   * A valid token, requested or renewed if necessary. All who wait share one request, which ends when all have left.
   *
   * @param ask Calls `POST /peel/session`. Its errors pass through.
   * @param refused A token that the worker has refused before its end.
   */
  get(ask: AskTicket, signal: AbortSignal, refused?: string): Promise<string>;
}

interface Request {
  token: Promise<string>;
  abort: AbortController;
  waiting: number;
}

/** @param now Unix milliseconds. */
export function createTicketHolder(now: () => number): TicketHolder {
  let ticket: SessionAnswer | undefined;
  let running: Request | undefined;

  function begin(ask: AskTicket): Request {
    const abort = new AbortController();
    const request = { abort, waiting: 0, token: renew() };
    return request;

    async function renew(): Promise<string> {
      try {
        ticket = await ask(ticket?.token, abort.signal);
        return ticket.token;
      } finally {
        if (running === request) running = undefined;
      }
    }
  }

  const wait = (request: Request, signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      const leave = () => {
        request.waiting -= 1;
        if (request.waiting === 0) {
          if (running === request) running = undefined;
          request.abort.abort(signal.reason);
        }
        reject(signal.reason);
      };
      request.waiting += 1;
      signal.addEventListener('abort', leave, { once: true });
      const settled = () => signal.removeEventListener('abort', leave);
      request.token.finally(settled).then(resolve, reject);
    });

  return {
    async get(ask, signal, refused) {
      signal.throwIfAborted();
      const isValid = ticket && ticket.token !== refused && Date.parse(ticket.expiresAt) - now() > MARGIN_MS;
      if (ticket && isValid) return ticket.token;
      running ??= begin(ask);
      return wait(running, signal);
    },
  };
}

const holders = new WeakMap<typeof fetch, Map<string, TicketHolder>>();

/** One ticket serves all elements of a page that have the same site and send in the same way. */
export function ticketsOf(send: typeof fetch, endpoint: string, site: string): TicketHolder {
  const known = holders.get(send) ?? new Map<string, TicketHolder>();
  holders.set(send, known);
  const key = JSON.stringify([endpoint, site]);
  const holder = known.get(key) ?? createTicketHolder(Date.now);
  known.set(key, holder);
  return holder;
}
