/** What an answer that was read to its end has come to. */
import type { Summary } from '../gemini/summary.ts';

export type Judgement =
  | 'picture'
  /** The model's own no, in words or by a verdict. */
  | 'refused'
  /** A picture, and a verdict against it: told as it is to the caller that asked, and kept nowhere. */
  | 'withdrawn'
  /** Charged, and no use: a picture that is none, or one that was billed and never came. */
  | 'broken'
  /** Nothing in it says what happened. */
  | 'empty';

/**
 * @param hasBroken Whether there were pictures whose bytes are none.
 * @param isEmpty Whether it has no candidate, no feedback and no usage.
 */
export function judge(
  { finalImage, images, verdict, usage }: Summary,
  { hasBroken, isEmpty }: { hasBroken: boolean; isEmpty: boolean },
): Judgement {
  if (verdict !== undefined) return images.length > 0 ? 'withdrawn' : 'refused';
  if (finalImage) return 'picture';
  // Nothing is called a refusal that was billed as a picture.
  if (hasBroken || (usage?.imageTokens ?? 0) > 0) return 'broken';
  return isEmpty ? 'empty' : 'refused';
}
