/**
 * The audience of a stored answer: the callers that may share it. All visitors of a site are one audience, and each
 * client is one. For a grounded answer each caller is one. The audience is part of the canonical key, so no audience
 * ever learns what another one requested.
 */
import type { GenerateRequest } from '../request/request.ts';
import { DEFAULT_SITE } from '../sites/sites.ts';
import type { Client, Visitor } from './caller.ts';

type Asker = Pick<Visitor, 'kind' | 'visitor' | 'site'> | Client;

const VISITORS = 'visitors';

/**
 * Names one caller: a visitor by the random id that survives renewal of the ticket, a client by its name, both within
 * their site. Private pictures of `default` were named without a site first, and still open for their askers. No other
 * name is the same: ids of sites have neither a blank nor a colon.
 */
export function askerOf(caller: Asker): string {
  const name = caller.kind === 'visitor' ? `visitor:${caller.visitor}` : `client:${caller.name}`;
  return caller.site.id === DEFAULT_SITE ? name : `${caller.site.id} ${name}`;
}

/**
 * Names the audience of a request. Google's terms allow a grounded answer to be shown only to the end user who asked
 * for it (https://ai.google.dev/gemini-api/terms, "Grounding with Google Search").
 */
export function audienceOf(caller: Asker, { grounding }: Pick<GenerateRequest, 'grounding'>): string {
  if (grounding) return askerOf(caller);
  return caller.kind === 'visitor' || caller.joinsSite ? VISITORS : askerOf(caller);
}
