/** What the owner's moderation endpoint says of a picture. The other two: it did not answer, and the owner has set this. */
export type Verdict = 'allowed' | 'refused' | 'unchecked_shown' | 'unchecked_hidden';

export const isShown = (verdict: Verdict): boolean => verdict === 'allowed' || verdict === 'unchecked_shown';
