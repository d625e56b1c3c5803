/**
 * Rewrites a conversation for a key that did not draw it. Thought signatures mean nothing to another key, and Gemini
 * refuses its own turns without them. One turn of the user is always accepted
 * (docs/wire-facts.md#google-thoughts-and-signatures). So the last picture goes up as the user's, with everything that
 * the user has sent since. Earlier words and thoughts have become that picture, and the model's words cannot be sent as
 * the user's.
 */
import type { GenerateRequest, Part, Turn } from './request.ts';

/** What was sent where the conversation itself could not be continued. */
export type Fallback = 'last-picture';

/**
 * @returns A request that is never dearer, because its parts are among the original's. undefined where it would be the
 *   original again, or empty.
 */
export function toLastPicture(request: GenerateRequest): GenerateRequest | undefined {
  const { turns } = request;
  if (!turns.some(({ role, parts }) => role === 'model' || parts.some(({ signature }) => signature))) return undefined;
  const drawnIn = turns.findLastIndex(({ role, parts }) => role === 'model' && parts.some(isPicture));
  const picture = turns[drawnIn]?.parts.findLast(isPicture);
  // Without a picture of the model, everything that the user has sent counts.
  const said = turns.slice(drawnIn + 1).flatMap(partsOfUser);
  const parts = [...(picture ? [unsigned(picture)] : []), ...said];
  return parts.length > 0 ? { ...request, turns: [{ role: 'user', parts }] } : undefined;
}

const partsOfUser = ({ role, parts }: Turn): Part[] =>
  role === 'user' ? parts.filter((part) => part.kind === 'image' || part.text !== '').map(unsigned) : [];

/** Drafts are marked as thoughts and do not count. */
const isPicture = ({ kind, thought }: Part): boolean => kind === 'image' && !thought;

function unsigned(part: Part): Part {
  const { signature: _, thought: __, ...plain } = part;
  return plain;
}
