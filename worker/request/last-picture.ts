/**
 * A conversation told anew to somebody who was not there: thought signatures mean nothing to another key, and without
 * them Gemini takes no turn of the model's back. What is always accepted is one turn of the user's (facts, wire §3), so
 * the last picture goes up as a picture of the user's, with all that he has said and shown since. The words and
 * thoughts before it have become that picture; the model's own words cannot be said in the user's name.
 */
import type { GenerateRequest, Part, Turn } from './request.ts';

/** How an answer came about that could not go on from the conversation itself. */
export type Fallback = 'last-picture';

/**
 * @returns Never dearer than the request: its parts are among the request's. Nothing where that would be the same
 *   request again, or one that says nothing.
 */
export function toLastPicture(request: GenerateRequest): GenerateRequest | undefined {
  const { turns } = request;
  if (!turns.some(({ role, parts }) => role === 'model' || parts.some(({ signature }) => signature))) return undefined;
  const drawnIn = turns.findLastIndex(({ role, parts }) => role === 'model' && parts.some(isPicture));
  const picture = turns[drawnIn]?.parts.findLast(isPicture);
  // With no picture of the model's, what the user has said and shown from the beginning is all there is.
  const said = turns.slice(drawnIn + 1).flatMap(partsOfUser);
  const parts = [...(picture ? [unsigned(picture)] : []), ...said];
  return parts.length > 0 ? { ...request, turns: [{ role: 'user', parts }] } : undefined;
}

const partsOfUser = ({ role, parts }: Turn): Part[] =>
  role === 'user' ? parts.filter((part) => part.kind === 'image' || part.text !== '').map(unsigned) : [];

/** Drafts are thoughts; the picture is what came of them. */
const isPicture = ({ kind, thought }: Part): boolean => kind === 'image' && !thought;

function unsigned(part: Part): Part {
  const { signature: _, thought: __, ...plain } = part;
  return plain;
}
