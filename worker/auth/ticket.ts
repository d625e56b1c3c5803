/**
 * The visitor's ticket: ten minutes of being let through, for one site, one exact origin and one address prefix. It
 * proves nothing about a person; it makes every paid call carry something that was asked for, counted and can end.
 */
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import { type SealContext, seal, unseal } from './sealed-token.ts';

export const TICKET_SECONDS = 600;
/** A ticket this much past its end still names its visitor when a new one is asked for. */
export const RENEWABLE_SECONDS = 86_400;
/** Isolates' clocks differ; a ticket from a minute ahead is not forged. */
const SKEW_SECONDS = 60;

export interface Ticket {
  site: string;
  /** Random 128 bits, kept on renewal: the maker of uploads. */
  visitor: string;
  /** Random 128 bits, new with every ticket: what `sessionUses` counts. */
  session: string;
  /** Unix seconds. */
  issuedAt: number;
  expiresAt: number;
}

/** What a ticket is bound to without carrying it. */
export interface TicketBinding {
  /** The exact `Origin` header. */
  origin: string;
  /** From `addressPrefix`. */
  prefix: string;
}

const context = ({ origin, prefix }: TicketBinding): SealContext => ({ purpose: 'ticket', boundTo: [origin, prefix] });

/** @param now Unix seconds. */
export function issueTicket(
  secrets: readonly string[],
  binding: TicketBinding,
  ids: Pick<Ticket, 'site' | 'visitor' | 'session'>,
  now: number,
): Promise<string> {
  const fields = [ids.site, ids.visitor, ids.session, String(now), String(now + TICKET_SECONDS)];
  return seal(secrets, context(binding), fields);
}

/**
 * Reads a ticket back.
 *
 * @param now Unix seconds.
 * @returns Fails with `TICKET_MISMATCH` for anything but a ticket of ours beside the same origin and prefix, with
 *   `TICKET_EXPIRED` past its end.
 */
export async function readTicket(
  secrets: readonly string[],
  binding: TicketBinding,
  token: string,
  now: number,
): Promise<Result<Ticket>> {
  const ticket = await unsealTicket(secrets, binding, token);
  if (!ticket || ticket.issuedAt > now + SKEW_SECONDS) return fail(mismatch);
  if (ticket.expiresAt <= now) return fail({ reason: 'TICKET_EXPIRED' });
  return succeed(ticket);
}

/** The visitor that an old ticket names, for its renewal; undefined where it is not ours or too old. */
export async function visitorOf(
  secrets: readonly string[],
  binding: TicketBinding,
  token: string,
  now: number,
): Promise<string | undefined> {
  const ticket = await unsealTicket(secrets, binding, token);
  return ticket && ticket.expiresAt + RENEWABLE_SECONDS > now ? ticket.visitor : undefined;
}

const mismatch: Failure = { reason: 'TICKET_MISMATCH' };

async function unsealTicket(
  secrets: readonly string[],
  binding: TicketBinding,
  token: string,
): Promise<Ticket | undefined> {
  const fields = await unseal(secrets, context(binding), token);
  if (fields?.length !== 5) return undefined;
  const [site, visitor, session, issued, expires] = fields as [string, string, string, string, string];
  const issuedAt = Number(issued);
  const expiresAt = Number(expires);
  // Sealed by us, so this only refuses a ticket of a deployment that gave longer ones.
  if (!Number.isSafeInteger(issuedAt) || expiresAt - issuedAt !== TICKET_SECONDS) return undefined;
  return { site, visitor, session, issuedAt, expiresAt };
}
