/** Google's errors by name, with its wording (docs/wire-facts.md#google-errors, #google-thoughts-and-signatures). */
import type { Behaviour } from '../script.ts';

export interface ErrorContext {
  model: string;
  /** The key that came with the request: real `DebugInfo` details repeat it. */
  key: string;
  behaviour: Behaviour;
}

export interface FakeError {
  status: number;
  contentType?: string;
  body: string;
}

type Details = readonly Record<string, unknown>[];
type MakeError = (context: ErrorContext) => FakeError;

const RPC = 'type.googleapis.com/google.rpc.';
const SERVICE = 'generativelanguage.googleapis.com';

/** Google's envelope, indented by two as Google sends it. */
export const googleError = (code: number, status: string, message: string, details?: Details): FakeError => ({
  status: code,
  body: `${JSON.stringify({ error: { code, message, status, ...(details ? { details } : {}) } }, null, 2)}\n`,
});

const constant =
  (...error: Parameters<typeof googleError>): MakeError =>
  () =>
    googleError(...error);

const html =
  (status: number, title: string): MakeError =>
  () => ({
    status,
    contentType: 'text/html; charset=UTF-8',
    body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>\n`,
  });

/** The error shape of One-API-style resellers, also on Gemini's paths. */
const openAi =
  (status: number, type: string, code: string | null, message: string): MakeError =>
  () => ({ status, body: JSON.stringify({ error: { message, type, param: '', code } }) });

const help = {
  '@type': `${RPC}Help`,
  links: [
    { description: 'Learn more about Gemini API quotas', url: 'https://ai.google.dev/gemini-api/docs/rate-limits' },
  ],
};

/** A 429 with its usual details. */
const quota =
  (message: string, quotaId: string, quotaValue: string | undefined, delay: string): MakeError =>
  ({ model, behaviour }) => {
    const retryDelay = behaviour.retry ?? delay;
    const violation = {
      quotaMetric: `${SERVICE}/generate_requests_per_model`,
      quotaId,
      ...(quotaValue ? { quotaValue } : {}),
      quotaDimensions: { model, location: 'global' },
    };
    const retry = { '@type': `${RPC}RetryInfo`, retryDelay };
    return googleError(
      429,
      'RESOURCE_EXHAUSTED',
      `${message.replace('{model}', model)}\nPlease retry in ${retryDelay}.`,
      [help, { '@type': `${RPC}QuotaFailure`, violations: [violation] }, ...(retryDelay === 'none' ? [] : [retry])],
    );
  };

const EXCEEDED =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.';

const serviceDisabled = [
  {
    '@type': `${RPC}Help`,
    links: [
      {
        description: 'Google developers console API activation',
        url: `https://console.developers.google.com/apis/api/${SERVICE}/overview?project=123456789`,
      },
    ],
  },
  {
    '@type': `${RPC}ErrorInfo`,
    reason: 'SERVICE_DISABLED',
    domain: 'googleapis.com',
    metadata: { service: SERVICE, consumer: 'projects/123456789' },
  },
];

const apiKeyInvalid: MakeError = ({ key }) => {
  const message = 'API key not valid. Please pass a valid API key.';
  return googleError(400, 'INVALID_ARGUMENT', message, [
    { '@type': `${RPC}ErrorInfo`, reason: 'API_KEY_INVALID', domain: 'googleapis.com', metadata: { service: SERVICE } },
    { '@type': `${RPC}LocalizedMessage`, locale: 'en-US', message },
    { '@type': `${RPC}DebugInfo`, detail: `Invalid API key: ${key}` },
  ]);
};

const notFound: MakeError = ({ model }) =>
  googleError(
    404,
    'NOT_FOUND',
    `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  );

const retired: MakeError = ({ model }) =>
  googleError(
    404,
    'NOT_FOUND',
    `This model models/${model} is no longer available to new users. Please update your code to use a newer model for the latest features and improvements.`,
  );

const SIGNATURES = 'https://ai.google.dev/gemini-api/docs/thought-signatures#model-behavior';

const ERRORS: Readonly<Record<string, MakeError>> = {
  '400_api_key': apiKeyInvalid,
  '400_invalid_argument': constant(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'),
  '400_empty_input': constant(400, 'INVALID_ARGUMENT', 'Request has empty input.'),
  '400_signature_missing': constant(
    400,
    'INVALID_ARGUMENT',
    `Image part is missing a thought_signature in content position 2, part position 1. Please refer to ${SIGNATURES} for more details.`,
  ),
  '400_signature_corrupt': constant(400, 'INVALID_ARGUMENT', 'Corrupted thought signature.'),
  '400_location': constant(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
  '401_token': constant(
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    [
      {
        '@type': `${RPC}ErrorInfo`,
        reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
        domain: 'googleapis.com',
        metadata: { service: SERVICE },
      },
    ],
  ),
  '402_credits': constant(
    402,
    'RESOURCE_EXHAUSTED',
    'Your prepaid credits are used up. Please add credits to continue.',
  ),
  '403_unregistered': constant(
    403,
    'PERMISSION_DENIED',
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  ),
  '403_leaked': constant(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.'),
  '403_service_disabled': constant(
    403,
    'PERMISSION_DENIED',
    'Generative Language API has not been used in project 123456789 before or it is disabled.',
    serviceDisabled,
  ),
  '404_model': notFound,
  '404_retired': retired,
  '413_html': html(413, '413 Request Entity Too Large'),
  '429_quota': quota(EXCEEDED, 'GenerateRequestsPerMinutePerProjectPerModel', '500', '34.286670503s'),
  '429_short': quota(EXCEEDED, 'GenerateRequestsPerMinutePerProjectPerModel', '500', '0.050s'),
  '429_per_day': quota(EXCEEDED, 'GenerateRequestsPerDayPerProjectPerModel', '1000', '12s'),
  '429_free_tier': quota(
    `${EXCEEDED}\n* Quota exceeded for metric: ${SERVICE}/generate_content_free_tier_requests, limit: 0, model: {model}`,
    'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
    undefined,
    '41s',
  ),
  '429_depleted': constant(
    429,
    'RESOURCE_EXHAUSTED',
    'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
  ),
  '429_bare': constant(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
  '429_vertex': constant(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for aiplatform.googleapis.com.', [
    {
      '@type': `${RPC}ErrorInfo`,
      reason: 'RATE_LIMIT_EXCEEDED',
      domain: 'googleapis.com',
      metadata: { quota_limit: 'RequestsPerMinute', quota_limit_value: '60' },
    },
  ]),
  '499_cancelled': constant(499, 'CANCELLED', 'The operation was cancelled.'),
  '500_internal': constant(
    500,
    'INTERNAL',
    'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  ),
  '502_html': html(502, '502 Bad Gateway'),
  '503_overloaded': constant(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
  '503_demand': constant(
    503,
    'UNAVAILABLE',
    'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
  ),
  '503_unavailable': constant(503, 'UNAVAILABLE', 'The service is currently unavailable.'),
  '503_deadline': constant(503, 'UNAVAILABLE', 'Deadline expired before operation could complete.'),
  '503_capacity': constant(503, 'UNAVAILABLE', 'No capacity available for model on the server.', [
    { '@type': `${RPC}ErrorInfo`, reason: 'MODEL_CAPACITY_EXHAUSTED', domain: 'cloudcode-pa.googleapis.com' },
  ]),
  '504_deadline': constant(504, 'DEADLINE_EXCEEDED', 'The request timed out. Please try again.'),
  '524_html': html(524, '524: A timeout occurred'),
  interactions_404: () => ({
    status: 404,
    body: JSON.stringify({ error: { code: 'not_found', message: 'Not found.' } }),
  }),
  openai_401: openAi(401, 'new_api_error', 'invalid_api_key', 'Invalid token (request id: 20261123)'),
  openai_quota: openAi(403, 'new_api_error', 'insufficient_user_quota', 'User quota is not enough.'),
  openai_429: openAi(429, 'rate_limit_error', null, 'Rate limit reached, please slow down.'),
  openai_503: openAi(503, 'new_api_error', 'model_not_found', 'No available channel for this model in the group.'),
  empty_500: () => ({ status: 500, body: '' }),
  text_500: () => ({
    status: 500,
    contentType: 'text/plain',
    body: 'upstream connect error or disconnect/reset before headers',
  }),
};

/** @returns The error of that name; a bare status becomes an HTML page, as gateways answer. */
export function makeError(name: string, context: ErrorContext): FakeError {
  const make = ERRORS[name] ?? (/^[45]\d\d$/.test(name) ? html(Number(name), `Error ${name}`) : undefined);
  if (!make) throw new Error(`The fake upstream does not know the error "${name}".`);
  const error = make(context);
  if (context.behaviour.echoKey !== 'error') return error;
  return { ...error, body: error.body.replace(/"message": ?"/, (found) => `${found}Key ${context.key} was refused. `) };
}
