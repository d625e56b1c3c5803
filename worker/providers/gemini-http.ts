/**
 * Gemini's protocol over HTTP, for Google and for providers that imitate it. They differ in the host, the header of the
 * key, and the model ids.
 *
 * The URL is made of constants, the owner's configuration and the catalog. Nothing from a caller reaches the URL or the
 * headers. Redirects are not followed, because the key would be sent along.
 */
import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import { errorIn, namedStatus } from '../gemini/errors/error-in-answer.ts';
import { isChallenge, isGooglesEnvelope, isPage, reasonsIn } from '../gemini/errors/error-signs.ts';
import { readErrorWords } from '../gemini/errors/error-words.ts';
import { parseUpstreamError, toUpstreamError } from '../gemini/errors/errors.ts';
import { readBeginning } from '../gemini/forms/beginning.ts';
import { at, fieldOf, toCamelCase } from '../gemini/forms/names.ts';
import { type Fields, isFields } from '../gemini/forms/value.ts';
import type { Segment } from '../gemini/lift/skeleton.ts';
import { splicedLength, splicePieces } from '../gemini/lift/splice.ts';
import type { Redactor } from '../gemini/redact/redact.ts';
import { toCountTokensBody, toGeminiBody } from '../gemini/request-body.ts';
import { brokenBy } from '../gemini/summary.ts';
import type { Form } from '../request/target.ts';
import { readBoundedText } from '../shared/bounded-text.ts';
import { parseJsonObject } from '../shared/json.ts';
import { settleForm } from './answer-form.ts';
import { classifyStatus, classifyThrown, classifyUnclear, classifyUnreadable } from './classify.ts';
import type { CountTokensCall, Provider, Verdict } from './provider.ts';
import { retryAfterMs } from './retry-after.ts';
import { createUpload, type Pieces, type Upload } from './upload.ts';

export interface GeminiHttpDialect {
  name: ProviderName;
  /** Scheme and host, and a path if a gateway needs one. */
  baseUrl: string;
  /** The headers that carry the key. */
  credentials: Readonly<Record<string, string>>;
  /** Google itself is called. Its reports of its own failures are trusted more than a relay's. */
  isGoogle?: boolean;
}

export interface GeminiHttpDependencies {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  pause: (ms: number) => Promise<unknown>;
  /** Removes keys from a provider's words. */
  redactor: Redactor;
  /** The deadline behind the call's signal, for the `DEADLINE` failure. */
  deadlineSeconds: number;
}

const METHODS: Record<Form, string> = {
  json: 'generateContent',
  array: 'streamGenerateContent',
  sse: 'streamGenerateContent?alt=sse',
};

/** Error messages and token counts are far smaller; pictures are never read here. */
const MAX_SMALL_ANSWER_BYTES = 64 * 1024;

export function createGeminiHttpProvider(dialect: GeminiHttpDialect, dependencies: GeminiHttpDependencies): Provider {
  const { name, isGoogle = false } = dialect;
  const { redactor, deadlineSeconds } = dependencies;
  const send = createSend(dialect, dependencies);

  /** Sends a request and reads the answer. Every failure becomes a verdict; it never rejects. */
  async function exchange<Good>(
    { model, inputs, signal }: CountTokensCall,
    { method, segments, isFree = false }: Question,
    read: (response: Response) => Promise<Good | Verdict>,
  ): Promise<Good | Verdict> {
    const pause = isFree ? undefined : dependencies.pause;
    const upload = createUpload(bytesOf(segments, inputs), splicedLength(segments), pause);
    try {
      const response = await send(model, method, upload.body, signal);
      // Relays answer with 201 or 203 as well, so the body decides.
      if (response.ok) return await read(response);
      const verdict = await readError(response.status, response.body, response.headers);
      // After an early refusal the provider may not read on. Abandoning may close the connection, so the answer is read
      // first. This promise may hang and never rejects, so it is not awaited.
      void upload.abandon(new Error(`refused with HTTP ${response.status}`));
      return verdict;
    } catch (error) {
      const { aborted } = signal;
      // A free call may be repeated, whether it ran or not.
      const handedOver = !isFree && upload.handedOver();
      const verdict = classifyThrown(error, { handedOver, aborted, deadlineSeconds });
      // Not awaited either: the source of the body may hang.
      void upload.abandon(error);
      return verdict;
    }
  }

  /** Reads and classifies an error answer. */
  async function readError(
    status: number,
    body: ReadableStream<Uint8Array> | null,
    headers: Headers,
  ): Promise<Verdict> {
    const text = await readErrorWords(body, MAX_SMALL_ANSWER_BYTES);
    const error = parseUpstreamError(status, text, redactor.text);
    return classifyStatus(status, error, reasonsIn(text), retryAfterMs(headers), {
      isGoogle: isGoogle && isGooglesEnvelope(status, text),
      isWall: isWall(status, headers, text),
      isWordless: text.trim() === '' || isPage(text),
    });
  }

  /** An error object inside a 200 counts as the status that it names. */
  function classifyError(text: string, headerMs: number | undefined): Verdict {
    const body = errorIn(text);
    const status = namedStatus(body);
    // An answer with `usageMetadata` may have been charged, so it is not a refusal.
    if (status === undefined || isFields(at(body, 'usageMetadata'))) {
      return classifyUnclear(brokenBy(body, redactor.text));
    }
    return classifyStatus(status, toUpstreamError(status, body, redactor.text), reasonsIn(text), headerMs, {
      isGoogle: isGoogle && isGooglesEnvelope(status, text),
    });
  }

  async function readAnswer(response: Response): Promise<Answer | Verdict> {
    const settled = await settleForm(response);
    if (settled.form === 'unreadable') return classifyUnreadable(settled.cause);
    if (settled.form !== 'error') return settled as Answer;
    return classifyError(await readErrorWords(settled.body, MAX_SMALL_ANSWER_BYTES), retryAfterMs(response.headers));
  }

  async function readCount({ body, headers }: Response): Promise<{ value: unknown } | Verdict> {
    const text = await readBoundedText(body, MAX_SMALL_ANSWER_BYTES);
    if (readBeginning(text, true)?.form === 'error') return classifyError(text, retryAfterMs(headers));
    const value = parseJsonObject(text) as Fields | undefined;
    // A whole answer, or nothing, in place of a count is no count.
    const total = fieldOf(value, 'totalTokens');
    if (!value || total === undefined || !/^\d+$/.test(String(total)))
      return classifyUnreadable('a 200 without a count');
    return { value: redactor.value(toCamelCase(value)) };
  }

  return {
    name,
    serves: (model) => model.offers[name] !== undefined,
    async generate(call) {
      const segments = toGeminiBody(call.request, call.model, call.inputs);
      const result = await exchange(call, { method: METHODS[call.form], segments }, readAnswer);
      return 'failure' in result
        ? { ok: false, provider: name, verdict: result }
        : { ok: true, provider: name, ...result };
    },
    async countTokens(call) {
      const segments = toCountTokensBody(call.request, call.inputs);
      const result = await exchange(call, { method: 'countTokens', segments, isFree: true }, readCount);
      return 'failure' in result ? { ok: false, provider: name, verdict: result } : { ok: true, value: result.value };
    },
  };
}

interface Question {
  method: string;
  segments: Segment[];
  /** The provider never charges for it, so nothing has to be proven when it fails. */
  isFree?: boolean;
}

/** A body of text alone is encoded at once; with pictures it is streamed. */
function bytesOf(segments: Segment[], inputs: CountTokensCall['inputs']): Pieces | Uint8Array {
  if (segments.every((segment) => typeof segment === 'string')) return new TextEncoder().encode(segments.join(''));
  return splicePieces(segments, ({ n }) => inputs[n]!.open());
}

interface Answer {
  form: Form;
  body: ReadableStream<Uint8Array>;
}

/** Sends one POST with exactly these headers. */
function createSend({ name, baseUrl, credentials }: GeminiHttpDialect, { fetch }: GeminiHttpDependencies) {
  const models = `${baseUrl.replace(/\/+$/, '')}/v1beta/models`;
  const headers = {
    'Content-Type': 'application/json',
    Accept: '*/*',
    // Base64 hardly compresses, and decompressing costs more CPU time than the transfer saves.
    'Accept-Encoding': 'identity',
    ...credentials,
  };
  return ({ offers }: CatalogModel, method: string, body: Upload['body'], signal: AbortSignal) => {
    const wireId = encodeURIComponent(offers[name]!.wireId);
    return fetch(`${models}/${wireId}:${method}`, { method: 'POST', headers, body, signal, redirect: 'manual' });
  };
}

/**
 * Whether an answer is a firewall's page. Cloudflare marks its challenges. A 401 or 403 with an HTML page is also one,
 * because an API refuses in JSON. At other statuses a page proves nothing: a 524 has one too, and may have run.
 */
const isWall = (status: number, headers: Headers, text: string): boolean =>
  (status >= 400 && headers.get('cf-mitigated') === 'challenge') ||
  (CLOSED_DOORS.includes(status) && isPage(text)) ||
  (BUSY_DOORS.includes(status) && isChallenge(text));

const CLOSED_DOORS: readonly number[] = [401, 403];
const BUSY_DOORS: readonly number[] = [429, 503];
