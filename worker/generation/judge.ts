import type { Summary } from '../gemini/summary.ts';

/** What an answer amounts to, once it is read to its end. */
export type Judgement =
  | 'picture'
  /** The model refused, in words or by a verdict. */
  | 'refused'
  /** A picture with a verdict against it. The caller that asked gets it; it is not kept. */
  | 'withdrawn'
  /** Charged and useless: the bytes are not a picture, or a billed picture never arrived. */
  | 'broken'
  /** The answer does not say what happened. */
  | 'empty';

/**
 * Judges an answer by its summary.
 *
 * @param hasBroken Whether the bytes of some picture are not an image.
 * @param isEmpty Whether the answer has no candidate, no feedback and no usage.
 */
export function judge(
  { finalImage, images, verdict, usage }: Summary,
  { hasBroken, isEmpty }: { hasBroken: boolean; isEmpty: boolean },
): Judgement {
  if (verdict !== undefined) return images.length > 0 ? 'withdrawn' : 'refused';
  if (finalImage) return 'picture';
  // An answer that was billed as a picture is not a refusal.
  if (hasBroken || (usage?.imageTokens ?? 0) > 0) return 'broken';
  return isEmpty ? 'empty' : 'refused';
}
