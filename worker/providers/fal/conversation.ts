/**
 * A conversation for endpoints that know one prompt and some pictures.
 *
 * The closest faithful way: a conversation goes on from its last picture, in which everything said before has already
 * been done. So that picture comes first, and what was said since then is told in order, each line by its speaker.
 * Thoughts and signatures are Google's own and mean nothing here. A single turn is sent as it is.
 */
import type { Part, Turn } from '../../request/request.ts';

type ImagePart = Extract<Part, { kind: 'image' }>;

export interface Spoken {
  prompt: string;
  /** In the order in which the model is to see them. */
  pictures: ImagePart[];
  /** It was more than one turn, and went up in another shape than it came. */
  isAdapted: boolean;
}

/** @param turns The last one is the user's. */
export function toSpoken(turns: readonly Turn[]): Spoken {
  const speeches = joinTurns(turns);
  const now = speeches.at(-1) ?? { role: 'user', parts: [] };
  const before = speeches.slice(0, -1);
  const at = before.findLastIndex(({ parts }) => parts.some(isImage));
  const base = before[at];
  // A picture of the model has done what stands before it. Pictures of the user still wait for their words.
  const since = base?.role === 'model' ? before.slice(at + 1) : before.slice(Math.max(0, at));
  const basePictures = base?.parts.filter(isImage) ?? [];
  return {
    prompt: toPrompt(since, textOf(now)),
    pictures: [...(base?.role === 'model' ? basePictures.slice(-1) : basePictures), ...now.parts.filter(isImage)],
    isAdapted: before.length > 0,
  };
}

/** A streamed chat keeps one turn a chunk: neighbours of one role are one speech. */
function joinTurns(turns: readonly Turn[]): Turn[] {
  const speeches: Turn[] = [];
  for (const { role, parts } of turns) {
    const spoken = parts.filter((part) => !part.thought);
    const last = speeches.at(-1);
    if (last?.role === role) last.parts.push(...spoken);
    else speeches.push({ role, parts: spoken });
  }
  return speeches.filter(({ parts }, index) => parts.length > 0 || index === speeches.length - 1);
}

const isImage = (part: Part): part is ImagePart => part.kind === 'image';

const textOf = ({ parts }: Turn): string =>
  parts
    .flatMap((part) => (part.kind === 'text' ? [part.text] : []))
    .join('\n')
    .trim();

const SPEAKERS = { user: 'User', model: 'You' } as const;

function toPrompt(since: readonly Turn[], now: string): string {
  const told = since.flatMap((turn) => {
    const text = textOf(turn);
    return text === '' ? [] : [`${SPEAKERS[turn.role]}: ${text}`];
  });
  return told.length === 0 ? now : ['Our conversation so far:', ...told, `Now do this: ${now}`].join('\n\n');
}
