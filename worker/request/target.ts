/** `{model}:{action}` of a path, and the form of answer that the query asks for. */
import { USE_GENERATE_CONTENT } from '../http/path-hint.ts';
import { fail, type Result, succeed } from '../shared/failure.ts';

type Action = 'generateContent' | 'streamGenerateContent' | 'countTokens';

export interface Target {
  /** As the caller wrote it: an id or an alias. */
  model: string;
  action: Action;
  form: Form;
}

const ACTIONS: readonly Action[] = ['generateContent', 'streamGenerateContent', 'countTokens'];

/**
 * @param target The last segment of the path, such as `gemini-3-pro-image:generateContent`.
 * @param alt The query parameter `alt`: `sse` for server-sent events, which only a stream can be.
 */
export function parseTarget(target: string, alt: string | undefined): Result<Target> {
  const colon = target.lastIndexOf(':');
  const model = target.slice(0, Math.max(0, colon));
  const action = ACTIONS.find((name) => name === target.slice(colon + 1));
  if (!model || !action) return fail({ reason: 'NOT_FOUND', what: 'This method', hint: USE_GENERATE_CONTENT });
  const asked = alt?.toLowerCase();
  const accepted = action === 'streamGenerateContent' ? ['sse', 'json'] : ['json'];
  if (alt !== undefined && !accepted.includes(asked!)) {
    return fail({ reason: 'UNSUPPORTED_VALUE', field: 'alt', value: alt, accepted });
  }
  const form = action !== 'streamGenerateContent' ? 'json' : asked === 'sse' ? 'sse' : 'array';
  return succeed({ model, action, form });
}

/** How an answer is framed: one JSON object, a JSON array delivered in pieces, or server-sent events. */
export type Form = 'json' | 'array' | 'sse';
