/** From a request to the reply that Google or APIYI would give. No sockets here. */
import type { IncomingHttpHeaders } from 'node:http';
import { type AnswerContext, createAnswer } from './answers.ts';
import { type ErrorContext, type FakeError, makeError } from './errors.ts';
import type { Reply } from './faults.ts';
import { CONTENT_TYPES, type Form, renderAnswer, type Unit } from './forms.ts';
import { type Dialect, type FakeModel, findModel, MODELS, RETIRED, toWireModel } from './models.ts';
import { replay } from './replay.ts';
import { type FakeRequest, refuse } from './request-rules.ts';
import { countTokensRequest, generateContentRequest, parseMessage } from './request-schema.ts';
import type { Behaviour, Rules } from './script.ts';
import { countPrompt, promptTokensDetails } from './usage.ts';

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

/** What Google puts on every answer. */
const HEADERS = {
  Vary: 'Origin, X-Origin, Referer',
  Server: 'scaffolding on HTTPServer2',
  'X-XSS-Protection': '0',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Content-Type-Options': 'nosniff',
  'Server-Timing': 'gfet4t7; dur=1',
};

const PATH = /^(?:\/(google|apiyi))?\/v1(?:beta)?\/models(?:\/([^/:]+)(?::([A-Za-z]+))?)?$/;

export function dispatch(incoming: Incoming, rules: Rules, keys: Keys): Dispatched {
  const { method, url } = incoming;
  const [, prefix, model = '', verb = ''] = PATH.exec(url.pathname) ?? [];
  const form: Form =
    verb !== 'streamGenerateContent' ? 'json' : url.searchParams.get('alt') === 'sse' ? 'sse' : 'array';
  const caller = identify(incoming, prefix as Dialect | undefined);
  const prompt = promptOf(incoming.body);
  const behaviour = rules.decide({ method: verb, path: url.pathname, model, prompt, key: caller.key });
  const context: ErrorContext = { model, key: caller.key, behaviour };
  const refused = (name: string): Dispatched => ({ reply: toErrorReply(makeError(name, context), form), behaviour });

  if (!PATH.test(url.pathname)) return refused('404');
  if (caller.key === '') return refused('403_unregistered');
  if (!keys[caller.dialect].includes(caller.key))
    return refused(caller.dialect === 'google' ? '400_api_key' : 'openai_401');
  if (behaviour.error !== undefined) return refused(behaviour.error);
  if (behaviour.file !== undefined || behaviour.body !== undefined)
    return { reply: replay(behaviour, form, HEADERS), behaviour };
  if (method === 'GET') return { reply: list(caller.dialect, model, url, context), behaviour };

  const found = findModel(caller.dialect, model);
  if (!found) return refused(RETIRED.has(model) ? '404_retired' : '404_model');
  const done = (reply: Reply): Dispatched => ({ reply, behaviour });
  switch (verb) {
    case 'countTokens':
      return done(countTokens(incoming.body));
    case 'generateContent':
    case 'streamGenerateContent':
      return done(generate(incoming, found, { form, behaviour, modelId: model, key: caller.key }));
    default:
      return refused('404_model');
  }
}

/** APIYI takes a bearer token, Google its own header or the query. A path prefix `/google` or `/apiyi` decides. */
function identify({ headers, url }: Incoming, prefix: Dialect | undefined): { dialect: Dialect; key: string } {
  const bearer = headers.authorization?.replace(/^Bearer /, '') ?? '';
  const google = String(headers['x-goog-api-key'] ?? url.searchParams.get('key') ?? '');
  const dialect = prefix ?? (bearer !== '' && google === '' ? 'apiyi' : 'google');
  return { dialect, key: dialect === 'apiyi' ? bearer : google };
}

/** The text of the last turn. Words must work on a body that does not parse, too: it may be the thing under test. */
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

/** Under `alt=sse` Google sends plain JSON as `text/event-stream`: recorded, and a trap for those who trust the type. */
const toErrorReply = ({ status, body, contentType }: FakeError, form: Form): Reply =>
  toReply(status, form, [[Buffer.from(body)]], contentType);

const toJson = (value: unknown): readonly Unit[] => [[Buffer.from(`${JSON.stringify(value, null, 2)}\n`)]];

function list(dialect: Dialect, id: string, url: URL, context: ErrorContext): Reply {
  if (id !== '') {
    const model = findModel(dialect, id);
    return model
      ? toReply(200, 'json', toJson(toWireModel(model)))
      : toErrorReply(makeError('404_model', context), 'json');
  }
  const from = Number(url.searchParams.get('pageToken') ?? 0);
  const to = from + Number(url.searchParams.get('pageSize') ?? 50);
  const models = MODELS.slice(from, to).map(toWireModel);
  return toReply(200, 'json', toJson({ models, ...(to < MODELS.length ? { nextPageToken: String(to) } : {}) }));
}

function countTokens(body: Buffer): Reply {
  const parsed = parseMessage(body.toString(), countTokensRequest);
  if (!parsed.ok) return toErrorReply(parsed.error, 'json');
  const counted = countPrompt((parsed.value.generateContentRequest ?? parsed.value) as FakeRequest);
  return toReply(
    200,
    'json',
    toJson({ totalTokens: counted.text + counted.images, promptTokensDetails: promptTokensDetails(counted) }),
  );
}

function generate(
  { n, body }: Incoming,
  model: FakeModel,
  { form, behaviour, modelId, key }: { form: Form; behaviour: Behaviour; modelId: string; key: string },
): Reply {
  const parsed = parseMessage(body.toString(), generateContentRequest);
  if (!parsed.ok) return toErrorReply(parsed.error, form);
  const request = parsed.value as FakeRequest;
  const refused = refuse(model, request);
  if (refused) return toErrorReply(refused, form);
  const context: AnswerContext = { n, model, modelId, key, request, behaviour };
  const reply = toReply(behaviour.status ?? 200, form, renderAnswer(createAnswer(context), form, behaviour));
  if (behaviour.echoKey === 'header') reply.headers['X-Debug-Key'] = key;
  return reply;
}
