import type { ProviderEntry } from './provider-entry.ts';

export const apiyi: ProviderEntry = {
  baseUrl: 'https://api.apiyi.com',
  readSettings: (read) => ({
    billing: read.oneOf('APIYI_BILLING', ['per-call', 'per-token'], 'per-call'),
  }),
  // Relays that imitate OpenAI have its list of models, which is free (https://platform.openai.com/docs/api-reference/models).
  freeCall: ({ baseUrl }, key) => ({
    url: `${baseUrl.replace(/\/+$/, '')}/v1/models`,
    headers: { Authorization: `Bearer ${key}` },
  }),
};
