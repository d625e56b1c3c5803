/** Asks the worker for a ticket, with the proof that the site wants: `POST /peel/session`. */
import type { Proof, SessionAnswer, SessionRequest } from '../../worker/protocol.ts';
import { type ClientOptions, readJson, sendTo } from './http.ts';
import { toJson } from './json.ts';
import { type Problem, toProblem } from './problem.ts';
import { readSite } from './site.ts';
import type { AskTicket } from './ticket.ts';

/** Answers a challenge; undefined if it asks for nothing or cannot be answered. An abort throws the signal's reason. */
export type Prove = (challenge: Proof, signal: AbortSignal) => Promise<SessionRequest['proof']>;

export interface SessionOptions extends ClientOptions {
  /** The challenge of the site's facts; undefined while they are unknown. */
  challenge: () => Proof | undefined;
  prove: Prove;
}

/** A refused proof brings another challenge with it, of the kind that is open now. It is answered so many times. */
const MOST_REFUSALS = 2;
/** A challenge is not used this shortly before its end: the proof takes time, and clocks differ. */
const MARGIN_MS = 5000;

/** Carries a problem out of the ticket holder, which otherwise returns a token. */
export class TicketRefused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = { ...problem, unsent: true };
  }
}

/**
 * @param onTicket Called with every new ticket, which says how many pictures are left.
 * @returns It throws {@link TicketRefused} where the worker gives no ticket, and `TypeError` without an answer.
 */
export function createAskTicket(options: SessionOptions, onTicket: (ticket: SessionAnswer) => void): AskTicket {
  const { site, now, prove } = options;
  const send = sendTo(options);
  let used: string | undefined;

  /** A challenge is answered once: the one of the facts, then one of facts that are read anew. */
  async function nextChallenge(signal: AbortSignal): Promise<Proof | undefined> {
    const known = options.challenge();
    if (known && (known.kind === 'none' || (known.nonce !== used && !isPast(known, now())))) {
      used = known.nonce;
      return known;
    }
    const outcome = await readSite(options, signal);
    // Without facts the ticket is asked for without a proof. The refusal says what is wrong, or has a challenge.
    return 'facts' in outcome ? outcome.facts.proof : undefined;
  }

  return async (old, signal) => {
    let challenge = await nextChallenge(signal);
    for (let refusals = 0; ; refusals++) {
      const proof = challenge && (await prove(challenge, signal));
      const body: SessionRequest = { site, ...(proof && { proof }) };
      const headers = {
        'Content-Type': 'application/json',
        ...(old !== undefined && { Authorization: `Bearer ${old}` }),
      };
      const response = await send('/peel/session', { method: 'POST', headers, body: toJson(body), signal });
      const answer = await readJson(response);
      if (response.ok) {
        if (!isTicket(answer)) throw new TicketRefused(UNREADABLE);
        onTicket(answer);
        return answer;
      }
      const problem = toProblem(answer, response.status, response.headers);
      challenge = problem.reason === 'PROOF_INVALID' && refusals < MOST_REFUSALS ? challengeIn(answer) : undefined;
      if (!challenge) throw new TicketRefused(problem);
    }
  };
}

const UNREADABLE: Problem = { reason: 'ANSWER_UNREADABLE', message: 'The ticket could not be read.' };

const isTicket = (answer: unknown): answer is SessionAnswer =>
  typeof (answer as SessionAnswer | undefined)?.token === 'string';

const isPast = ({ expiresAt }: Proof, now: number): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) - MARGIN_MS < now;

/** The challenge that comes with a refused proof, as texts of an `ErrorInfo`. */
function challengeIn(body: unknown): Proof | undefined {
  const { error } = (body ?? {}) as { error?: { details?: { metadata?: Record<string, unknown> }[] } };
  const details = Array.isArray(error?.details) ? error.details : [];
  const metadata = details.map((detail) => detail?.metadata).find((each) => each?.kind === 'pow');
  const { nonce, algorithm, difficulty } = metadata ?? {};
  if (typeof nonce !== 'string' || typeof algorithm !== 'string') return undefined;
  return { kind: 'pow', nonce, algorithm, difficulty: Number(difficulty) };
}
