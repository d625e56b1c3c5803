/** fal's errors by name: a model's have a list in `detail`, the platform's a text (docs/wire-facts.md#fal). */
import type { Behaviour } from '../script.ts';

export interface FalReply {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

interface Made extends FalReply {
  /** When it comes: with the first answer, or with the result of an accepted request. */
  at: 'submit' | 'result';
}

const model = (status: number, type: string, field: string, isRetryable = false): Made => ({
  at: 'result',
  status,
  headers: { 'X-Fal-Retryable': String(isRetryable) },
  body: JSON.stringify({
    detail: [
      {
        loc: ['body', ...(field ? [field] : [])],
        msg: `The model says ${type}.`,
        type,
        url: `https://docs.fal.ai/errors#${type}`,
        input: 'THE PROMPT AGAIN',
      },
    ],
  }),
});

const platform = (status: number, type: string, isRetryable = true): Made => ({
  at: 'result',
  status,
  headers: { 'X-Fal-Error-Type': type, 'X-Fal-Retryable': String(isRetryable) },
  body: JSON.stringify({ detail: `The platform says ${type}.`, error_type: type }),
});

const plain = (status: number, detail: string, headers?: Record<string, string>): Made => ({
  at: 'submit',
  status,
  body: JSON.stringify({ detail }),
  ...(headers && { headers }),
});

const FAL_ERRORS: Readonly<Record<string, Made>> = {
  '401_key': plain(401, 'No user found for Key ID and Secret'),
  '403_balance': plain(
    403,
    'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
  ),
  '403_locked': plain(403, 'User is locked. Reason: Admin lock. Please contact support@fal.ai.'),
  '404_app': plain(404, 'Application not found'),
  '429_concurrency': plain(429, 'Too many concurrent requests', { 'Retry-After': '7' }),
  '503_submit': plain(503, 'Service unavailable'),
  '500_submit': plain(500, 'Internal Server Error'),
  content_policy_prompt: model(422, 'content_policy_violation', 'prompt'),
  content_policy_image: model(422, 'content_policy_violation', 'image_urls'),
  no_media_generated: model(422, 'no_media_generated', 'prompt'),
  image_load_error: model(422, 'image_load_error', 'image_urls'),
  file_too_large: model(422, 'file_too_large', 'image_urls'),
  internal_server_error: model(500, 'internal_server_error', '', true),
  generation_timeout: model(504, 'generation_timeout', '', true),
  downstream_service_error: model(400, 'downstream_service_error', '', true),
  downstream_service_unavailable: model(500, 'downstream_service_unavailable', '', true),
  request_timeout: platform(504, 'request_timeout'),
  startup_timeout: platform(504, 'startup_timeout'),
  runner_scheduling_failure: platform(503, 'runner_scheduling_failure'),
  runner_disconnected: platform(503, 'runner_disconnected'),
  runner_server_error: platform(500, 'runner_server_error'),
};

/** @throws For an unknown name, so that a misspelled fault does not pass unnoticed. */
export function falError(name: string, key: string, { echoKey }: Behaviour): Made {
  const known = FAL_ERRORS[name];
  if (!known && !/^[45]\d\d$/.test(name)) throw new Error(`The fake upstream does not know fal's error "${name}".`);
  const made: Made = known ?? { at: 'submit', status: Number(name), body: `<html>${name}</html>` };
  return echoKey === 'error' ? { ...made, body: made.body.replace(/says |Reason: |detail":"/, `$&Key ${key} `) } : made;
}
