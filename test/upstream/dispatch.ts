/** Makes the reply that Google, APIYI or fal would give to a request. Opens no sockets. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from './faults.ts';
import { CONTENT_TYPES, type Form, renderAnswer, type Unit } from './forms.ts';
import { createAnswer } from './gemini/answers.ts';
import { type FakeError, makeError } from './gemini/errors.ts';
import { type FakeRequest, refuse } from './gemini/request-rules.ts';
import { countTokensRequest, generateContentRequest, parseMessage } from './gemini/request-schema.ts';
import { refuseSignatures } from './gemini/signatures.ts';
import { countPrompt, promptTokensDetails } from './gemini/usage.ts';
import { type Dialect, type FakeModel, findModel, MODELS, RETIRED, toWireModel } from './models.ts';
import type { Quotas } from './quotas.ts';
import { replay } from './replay.ts';
import type { Behaviour, Rules } from './script.ts';

export interface Incoming {
  n: number;
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Keys {
  google: readonly string[];
  apiyi: readonly string[];
}

export interface Dispatched {
  reply: Reply;
  behaviour: Behaviour;
}

/** The headers of every answer of Google. */
const HEADERS = {
  Vary: 'Origin, X-Origin, Referer',
  Server: 'scaffolding on HTTPServer2',
  'X-XSS-Protection': '0',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Content-Type-Options': 'nosniff',
  'Server-Timing': 'gfet4t7; dur=1',
};

const PATH = /^(?:\/(google|apiyi))?\/v1(?:beta)?\/models(?:\/([^/:]+)(?::([A-Za-z]+))?)?$/;

export function dispatch(incoming: Incoming, rules: Rules, quotas: Quotas, keys: Keys): Dispatched {
  const { url, body } = incoming;
  const [path, prefix, model = '', verb = ''] = PATH.exec(url.pathname) ?? [];
  const caller = identify(incoming, prefix as Dialect | undefined);
  const asked = { method: verb, path: url.pathname, model, prompt: promptOf(body), key: caller.key };
  const behaviour = rules.decide(asked);
  const form: Form =
    verb !== 'streamGenerateContent' ? 'json' : url.searchParams.get('alt') === 'sse' ? 'sse' : 'array';
  const refusedKey = refuseKey(caller, keys);
  const isGeneration = /^(stream)?generateContent$/.test(verb);
  const spent = isGeneration && !refusedKey ? quotas.take(caller.key, model, Date.now()) : undefined;
  const retry = spent?.retry === undefined ? {} : { retry: spent.retry };
  const call: Call = { ...incoming, ...caller, model, verb, form, behaviour: { ...behaviour, ...retry } };
  const error = path === undefined ? '404' : (refusedKey ?? spent?.error ?? behaviour.error);
  const reply = error === undefined ? replyTo(call) : toErrorReply(makeError(error, call), form);
  if (behaviour.retryAfter !== undefined) reply.headers['Retry-After'] = behaviour.retryAfter;
  if (behaviour.echoKey === 'header') reply.headers['X-Debug-Key'] = caller.key;
  return { reply, behaviour };
}

/** A call with what its path, key and script determine. */
interface Call extends Incoming {
  dialect: Dialect;
  key: string;
  model: string;
  /** After the colon; empty for `models.list` and `models.get`. */
  verb: string;
  form: Form;
  behaviour: Behaviour;
}

function replyTo(call: Call): Reply {
  const { method, dialect, model: id, verb, form, behaviour } = call;
  if (behaviour.file !== undefined || behaviour.body !== undefined) return replay(behaviour, form, HEADERS);
  const model = findModel(dialect, id);
  if (method === 'GET' && verb === '' && id === '') return list(call);
  if (!model) return toErrorReply(makeError(RETIRED.has(id) ? '404_retired' : '404_model', call), form);
  if (method === 'GET' && verb === '') return toReply(200, form, toJson(toWireModel(model)));
  if (method === 'POST' && verb === 'countTokens') return countTokens(call);
  if (method === 'POST' && /^(stream)?generateContent$/i.test(verb)) return generate(call, model);
  return toErrorReply(makeError('404', call), form);
}

/** @returns The name of the error if the key is missing or wrong. */
function refuseKey({ dialect, key }: Pick<Call, 'dialect' | 'key'>, keys: Keys): string | undefined {
  if (keys[dialect].includes(key)) return undefined;
  if (dialect === 'apiyi') return 'openai_401';
  return key === '' ? '403_unregistered' : '400_api_key';
}

/** APIYI takes a bearer token, Google its own header or the query. A path prefix `/google` or `/apiyi` decides. */
function identify({ headers, url }: Incoming, prefix: Dialect | undefined): { dialect: Dialect; key: string } {
  const bearer = headers.authorization?.replace(/^Bearer /, '') ?? '';
  const google = String(headers['x-goog-api-key'] ?? url.searchParams.get('key') ?? '');
  const dialect = prefix ?? (bearer !== '' && google === '' ? 'apiyi' : 'google');
  return { dialect, key: dialect === 'apiyi' ? bearer : google };
}

/** The text of the last turn. Words also work in a body that does not parse, because a test may be about it. */
function promptOf(body: Buffer): string {
  try {
    const { contents } = JSON.parse(body.toString()) as FakeRequest;
    return (contents?.at(-1)?.parts ?? []).map((part) => part.text ?? '').join('\n');
  } catch {
    return body.toString('utf8', 0, 4096);
  }
}

const toReply = (status: number, form: Form, units: readonly Unit[], contentType = CONTENT_TYPES[form]): Reply => ({
  status,
  headers: {
    ...HEADERS,
    'Content-Type': contentType,
    ...(form === 'sse' ? { 'Content-Disposition': 'attachment' } : {}),
  },
  units,
});

/** Under `alt=sse` Google sends an error as JSON with `text/event-stream` (docs/wire-facts.md#google-streams). */
const toErrorReply = ({ status, body, contentType }: FakeError, form: Form): Reply =>
  toReply(status, form, [[Buffer.from(body)]], contentType);

const toJson = (value: unknown): readonly Unit[] => [[Buffer.from(`${JSON.stringify(value, null, 2)}\n`)]];

function list({ url }: Call): Reply {
  const from = Number(url.searchParams.get('pageToken') ?? 0);
  const to = from + Number(url.searchParams.get('pageSize') ?? 50);
  const models = MODELS.slice(from, to).map(toWireModel);
  return toReply(200, 'json', toJson({ models, ...(to < MODELS.length ? { nextPageToken: String(to) } : {}) }));
}

function countTokens({ body }: Call): Reply {
  const parsed = parseMessage(body.toString(), countTokensRequest);
  if (!parsed.ok) return toErrorReply(parsed.error, 'json');
  const counted = countPrompt((parsed.value.generateContentRequest ?? parsed.value) as FakeRequest);
  const totalTokens = counted.text + counted.images;
  return toReply(200, 'json', toJson({ totalTokens, promptTokensDetails: promptTokensDetails(counted) }));
}

function generate({ n, body, form, behaviour, model: modelId, dialect, key }: Call, model: FakeModel): Reply {
  const parsed = parseMessage(body.toString(), generateContentRequest);
  if (!parsed.ok) return toErrorReply(parsed.error, form);
  const request = parsed.value as FakeRequest;
  const isStrict = behaviour.signatures !== 'loose';
  const refused = refuse(model, request) ?? (isStrict ? refuseSignatures({ dialect, key }, model, request) : undefined);
  if (refused) return toErrorReply(refused, form);
  const responses = createAnswer({ n, model, modelId, dialect, key, request, behaviour });
  return toReply(behaviour.status ?? 200, form, renderAnswer(responses, form, behaviour));
}
