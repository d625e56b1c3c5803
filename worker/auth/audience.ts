/**
 * Who may share a kept picture. It is part of the canonical key, so no audience ever hears what another one asked: the
 * visitors of a site are one, each client is one, and of what was searched for each asker is one.
 */
import type { GenerateRequest } from '../request/request.ts';
import type { Client, Visitor } from './site.ts';

type Asker = Pick<Visitor, 'kind' | 'visitor'> | Client;

const VISITORS = 'visitors';

/** One caller: a visitor by the random id that is kept when the ticket is renewed, a client by its name. */
export const askerOf = (caller: Asker): string =>
  caller.kind === 'visitor' ? `visitor:${caller.visitor}` : `client:${caller.name}`;

/**
 * Google's terms let a grounded answer be shown to the end user who asked, and to no other
 * (ai.google.dev/gemini-api/terms, "Grounding with Google Search").
 */
export function audienceOf(caller: Asker, { grounding }: Pick<GenerateRequest, 'grounding'>): string {
  if (grounding) return askerOf(caller);
  return caller.kind === 'visitor' || caller.joinsSite ? VISITORS : askerOf(caller);
}
