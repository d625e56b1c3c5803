/**
 * Gemini's protocol over HTTP, as Google and those who speak like Google understand it. What differs between them is
 * the host, how the key travels and what they call a model.
 */
import type { CatalogModel, ProviderName } from '../domain/catalog.ts';
import { parseUpstreamError, readBounded } from '../gemini/errors.ts';
import { toCountTokensBody, toGeminiBody } from '../gemini/request-body.ts';
import type { Form, OpenBlob, Segment } from '../gemini/skeleton.ts';
import { splice, splicedLength } from '../gemini/splice.ts';
import type { ProviderCall } from '../ports.ts';
import { settleForm } from './answer-form.ts';
import { classifyStatus, classifyThrown, classifyUnreadable } from './classify.ts';
import type { CountTokensCall, Supplier, SupplierFailure, Verdict } from './supplier.ts';
import { createUpload } from './upload.ts';

export interface GeminiHttpOptions {
  name: ProviderName;
  /** Where the supplier answers: scheme, host and, behind a gateway, a path. */
  baseUrl: string;
  /** How the key travels. Never in the URL, which ends up in logs. */
  credentials: Readonly<Record<string, string>>;
  /** Takes keys out of what the supplier says. */
  redact: (text: string) => string;
  pause: (ms: number) => Promise<unknown>;
  fetch: typeof fetch;
  /** Named in the failure when the call's signal ends it. */
  deadlineSeconds: number;
}

/** More is not an error message. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_COUNT_BYTES = 64 * 1024;

const METHODS: Record<Form, string> = {
  json: 'generateContent',
  array: 'streamGenerateContent',
  sse: 'streamGenerateContent?alt=sse',
};
