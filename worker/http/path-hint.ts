/** Where callers of other APIs are sent. All that Google, its other products and OpenAI have for pictures is one method here. */
export const USE_GENERATE_CONTENT = 'Use POST /v1beta/models/{model}:generateContent.';

/** Google's versions and whatever stands behind them, OpenAI's paths, and those of gateways with a prefix. */
const ELSEWHERE =
  /^\/(?:v\d[a-z0-9]*|openai|gemini|google|api|ws|models|interactions|images\/(?:generations|edits|variations)|chat|completions|responses)(?:\/|$)/i;

/** @returns What to use instead of a path that does not exist; undefined where there is nothing to say. */
export function hintFor(path: string): string | undefined {
  if (/.\/$/.test(path)) return 'Write it without the slash at its end.';
  return ELSEWHERE.test(path) ? USE_GENERATE_CONTENT : undefined;
}
