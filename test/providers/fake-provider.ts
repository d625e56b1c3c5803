/** A provider that answers from a list and records its requests. */
import { findModel } from '../../worker/catalog/model.ts';
import { SEED_CATALOG } from '../../worker/catalog/seed.ts';
import type { ProviderCall } from '../../worker/providers/provider.ts';
import type { OpenInput } from '../../worker/request/inputs.ts';
import type { GenerateRequest } from '../../worker/request/request.ts';

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  redirect: string;
  body: string;
}

type Answer = (signal: AbortSignal) => Response | Promise<Response>;

/** workerd's `fetch` without a network. */
export function createFakeFetch(...answers: Answer[]) {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (url: string, init: RequestInit): Promise<Response> => {
      const request = new Request(url, init);
      const body = await request.text();
      const { method, redirect } = request;
      sent.push({ url, method, redirect, headers: Object.fromEntries(request.headers), body });
      const answer = answers.shift();
      if (!answer) throw new Error('asked once too often');
      return answer(init.signal as AbortSignal);
    },
  };
}

export const json =
  (value: unknown, status = 200): Answer =>
  () =>
    Response.json(value, { status });

export const envelope = (code: number, status: string, message: string, details: unknown[] = []) => ({
  error: { code, status, message, details },
});

export const model = findModel(SEED_CATALOG, 'gemini-3.1-flash-image')!;

/** 9 bytes: `iVBORw0KGgoA` in base64. */
export const picture: OpenInput = {
  kind: 'image',
  size: 9,
  sha256: '00'.repeat(32),
  open: () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00),
};

export const request: GenerateRequest = {
  model: model.id,
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'ein grüner Apfel 🍏' }] }],
  modalities: ['TEXT', 'IMAGE'],
  size: '512',
  aspectRatio: '16:9',
  maxOutputTokens: 4000,
};

/** A complete call; tests change the one thing they are about. */
export const callOf = (change: Partial<ProviderCall> = {}): ProviderCall => ({
  request,
  model,
  inputs: [],
  form: 'json',
  take: 0,
  signal: new AbortController().signal,
  permit: async () => undefined,
  ...change,
});
