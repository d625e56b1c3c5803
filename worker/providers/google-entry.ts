import type { ProviderEntry } from './provider-entry.ts';

export const GOOGLES_ORIGIN = 'https://generativelanguage.googleapis.com';

export const google: ProviderEntry = {
  baseUrl: GOOGLES_ORIGIN,
  readSettings: () => ({ billing: 'per-token' }),
  freeCall: ({ baseUrl }, key) => ({
    url: `${baseUrl.replace(/\/+$/, '')}/v1beta/models?pageSize=1`,
    headers: { 'x-goog-api-key': key },
  }),
};
