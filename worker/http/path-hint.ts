/** Hint for callers of other APIs: the picture methods of Google's other products and of OpenAI are one method here. */
export const USE_GENERATE_CONTENT = 'Use POST /v1beta/models/{model}:generateContent.';

/** Matches paths of Google's API versions, of OpenAI, and of gateways with a prefix. */
const ELSEWHERE =
  /^\/(?:v\d[a-z0-9]*|openai|gemini|google|api|ws|models|interactions|images\/(?:generations|edits|variations)|chat|completions|responses)(?:\/|$)/i;

/** @returns What to use instead of an unknown path; undefined if there is no hint. */
export function hintFor(path: string): string | undefined {
  if (/.\/$/.test(path)) return 'Write it without the slash at its end.';
  return ELSEWHERE.test(path) ? USE_GENERATE_CONTENT : undefined;
}
