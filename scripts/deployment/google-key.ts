/** Asks Google whether it knows a key, with a call that costs nothing and draws nothing. */
import { parseJson } from '../../worker/shared/json.ts';

export type KeyCheck =
  | { is: 'good'; pictureModels: number }
  | { is: 'unknown' }
  /** The project has not switched the API on. */
  | { is: 'api_off'; link: string }
  /** Google's own words. */
  | { is: 'refused'; words: string }
  | { is: 'silent' };

const TIMEOUT_MS = 10_000;
const GOOGLE = 'https://generativelanguage.googleapis.com';
const SWITCH_ON = 'https://console.cloud.google.com/apis/library/generativelanguage.googleapis.com';
const MAX_WORDS = 300;

interface GoogleAnswer {
  models?: { name?: string; supportedGenerationMethods?: string[] }[];
  error?: {
    status?: string;
    message?: string;
    details?: { reason?: string; metadata?: Record<string, string> }[];
  };
}

/** @see https://ai.google.dev/api/models#method:-models.list */
export function judgeAnswer(status: number, body: string): KeyCheck {
  const { models = [], error } = (parseJson(body) ?? {}) as GoogleAnswer;
  if (status === 200) {
    const pictures = models.filter(
      ({ name = '', supportedGenerationMethods: methods = [] }) =>
        methods.includes('generateContent') && /image|banana/.test(name),
    );
    return { is: 'good', pictureModels: pictures.length };
  }
  const reasons = (error?.details ?? []).map(({ reason }) => reason);
  if (reasons.includes('API_KEY_INVALID') || status === 401) return { is: 'unknown' };
  if (reasons.includes('SERVICE_DISABLED')) {
    const link = error?.details?.flatMap(({ metadata }) => metadata?.activationUrl ?? [])[0];
    return { is: 'api_off', link: link?.startsWith('https://') ? link : SWITCH_ON };
  }
  if (status >= 500) return { is: 'silent' };
  return { is: 'refused', words: (error?.message ?? `HTTP ${status}`).slice(0, MAX_WORDS) };
}

/** @param baseUrl Where Google answers; `GOOGLE_BASE_URL` of the worker. */
export async function checkKey(key: string, baseUrl: string = GOOGLE): Promise<KeyCheck> {
  try {
    // In a header: an address is written down by every proxy on its way.
    const answer = await fetch(`${baseUrl}/v1beta/models?pageSize=1000`, {
      headers: { 'x-goog-api-key': key },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return judgeAnswer(answer.status, await answer.text());
  } catch {
    return { is: 'silent' };
  }
}
