/**
 * Gemini's protocol over HTTP, as Google and those who speak like Google understand it. What differs between them is
 * the host, how the key travels and what they call a model.
 *
 * The URL is made of constants, the owner's configuration and the catalog; nothing a caller sends reaches it or the
 * headers. Redirects are not followed, because the key would travel along.
 */
import type { CatalogModel, ProviderName } from '../domain/catalog.ts';
import { parseUpstreamError, readBounded } from '../gemini/errors.ts';
import type { Redactor } from '../gemini/redact.ts';
import { toCountTokensBody, toGeminiBody } from '../gemini/request-body.ts';
import type { Form } from '../gemini/skeleton.ts';
import { splice, splicedLength } from '../gemini/splice.ts';
import { settleForm } from './answer-form.ts';
import { classifyStatus, classifyThrown, classifyUnreadable } from './classify.ts';
import type { CountTokensCall, Supplier, Verdict } from './supplier.ts';
import { createUpload } from './upload.ts';

export interface GeminiHttpDialect {
  name: ProviderName;
  /** Scheme and host, and a path where a gateway stands before the API. */
  baseUrl: string;
  /** The headers that carry the key. */
  credentials: Readonly<Record<string, string>>;
}

export interface GeminiHttpDependencies {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  pause: (ms: number) => Promise<unknown>;
  /** Takes keys out of what a supplier says. */
  redactor: Redactor;
  /** What the call's signal stands for; told to the caller when it ends the call. */
  deadlineSeconds: number;
}

type Reply = { ok: true; response: Response } | { ok: false; verdict: Verdict };

const METHODS: Record<Form, string> = {
  json: 'generateContent',
  array: 'streamGenerateContent',
  sse: 'streamGenerateContent?alt=sse',
};

/** Error messages and token counts are far smaller; pictures are never read here. */
const MAX_SMALL_ANSWER_BYTES = 64 * 1024;
