/**
 * Turns a conversation into one prompt and some pictures, because fal's endpoints know no turns.
 *
 * The last picture of the conversation already contains the effect of all words before it. So this picture comes first,
 * and the prompt has the words since then, in order and with their speakers. Google's thoughts and signatures are left
 * out. A single turn is sent as it is.
 */
import type { Part, Turn } from '../../request/request.ts';

type ImagePart = Extract<Part, { kind: 'image' }>;

export interface Spoken {
  prompt: string;
  /** In the order in which the model gets them. */
  pictures: ImagePart[];
  /** The conversation had more than one turn, so its shape was changed. */
  isAdapted: boolean;
}

/** @param turns The last one is the user's. */
export function toSpoken(turns: readonly Turn[]): Spoken {
  const speeches = joinTurns(turns);
  const now = speeches.at(-1) ?? { role: 'user', parts: [] };
  const before = speeches.slice(0, -1);
  const at = before.findLastIndex(({ parts }) => parts.some(isImage));
  const base = before[at];
  // A picture of the model contains the effect of the words before it. A user's picture still needs its words.
  const since = base?.role === 'model' ? before.slice(at + 1) : before.slice(Math.max(0, at));
  const basePictures = base?.parts.filter(isImage) ?? [];
  return {
    prompt: toPrompt(since, textOf(now)),
    pictures: [...(base?.role === 'model' ? basePictures.slice(-1) : basePictures), ...now.parts.filter(isImage)],
    isAdapted: before.length > 0,
  };
}

/** Joins neighbouring turns of one role: a streamed chat keeps one turn for each chunk. */
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
