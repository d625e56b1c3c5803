/**
 * The visitor's ticket: ten minutes of access for one site, one exact origin and one address prefix. It does not
 * identify a person. It ensures that every paid call carries a token that was requested, is counted, and expires.
 */
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import { RUNGS, type Rung } from './caller.ts';
import { readUnsealed, type SealContext, seal, unseal } from './sealed-token.ts';

export const TICKET_SECONDS = 600;
/** An expired ticket still keeps its visitor id on renewal for this long. */
export const RENEWABLE_SECONDS = 86_400;
/** Clocks of isolates differ, so a ticket issued up to a minute ahead is accepted. */
const SKEW_SECONDS = 60;

export interface Ticket {
  site: string;
  /** Random 128 bits, kept on renewal. Owns the visitor's uploads. */
  visitor: string;
  /** Random 128 bits, new with every ticket. `sessionUses` counts by it. */
  session: string;
  /** The proof that it was given for. */
  rung: Rung;
  /** The site's epoch when it was issued. */
  epoch: number;
  /** Pictures that it allows. */
  uses: number;
  /** Unix seconds. */
  issuedAt: number;
  expiresAt: number;
}

/** Values that a ticket is bound to without carrying them. */
export interface TicketBinding {
  /** The exact `Origin` header. */
  origin: string;
  /** From `addressPrefix`. */
  prefix: string;
}

const context = ({ origin, prefix }: TicketBinding): SealContext => ({ purpose: 'ticket', boundTo: [origin, prefix] });

/** Seals a ticket for {@link TICKET_SECONDS}. @param now Unix seconds. */
export function issueTicket(
  secrets: readonly string[],
  binding: TicketBinding,
  { site, visitor, session, rung, epoch, uses }: Omit<Ticket, 'issuedAt' | 'expiresAt'>,
  now: number,
): Promise<string> {
  const numbers = [epoch, uses, now, now + TICKET_SECONDS];
  const fields = [site, visitor, session, rung, ...numbers.map(String)];
  return seal(secrets, context(binding), fields);
}

/**
 * Reads a ticket back.
 *
 * @param now Unix seconds.
 * @returns Fails with `TICKET_MISMATCH` for anything but a ticket of this deployment beside the same origin and prefix,
 *   and with `TICKET_EXPIRED` after its end.
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

/**
 * The visitor of an old ticket, for its renewal.
 *
 * @param site The site that the renewal is for.
 * @param now Unix seconds.
 * @returns undefined if the ticket is not valid here, is of another site, or is {@link RENEWABLE_SECONDS} or more past its end.
 */
export async function visitorOf(
  secrets: readonly string[],
  binding: TicketBinding,
  site: string,
  token: string,
  now: number,
): Promise<string | undefined> {
  const ticket = await unsealTicket(secrets, binding, token);
  return ticket?.site === site && ticket.expiresAt + RENEWABLE_SECONDS > now ? ticket.visitor : undefined;
}

/**
 * The site that a ticket claims to be for, before its seal is checked.
 *
 * @returns undefined for what has not the form of a ticket.
 */
export const siteIn = (token: string): string | undefined => readUnsealed(token)?.[0];

const mismatch: Failure = { reason: 'TICKET_MISMATCH' };

async function unsealTicket(
  secrets: readonly string[],
  binding: TicketBinding,
  token: string,
): Promise<Ticket | undefined> {
  const fields = await unseal(secrets, context(binding), token);
  // The seal is valid, so only tickets of another version of Peel are refused from here on.
  if (fields?.length !== 8) return undefined;
  const [site, visitor, session, rungName, ...numbers] = fields as [string, string, string, string, ...string[]];
  const rung = RUNGS.find((known) => known === rungName);
  const [epoch, uses, issuedAt, expiresAt] = numbers.map(Number) as [number, number, number, number];
  const areWhole = [epoch, uses, issuedAt, expiresAt].every(Number.isSafeInteger);
  if (!rung || !areWhole || expiresAt - issuedAt !== TICKET_SECONDS) return undefined;
  return { site, visitor, session, rung, epoch, uses, issuedAt, expiresAt };
}
