import { createGeminiHttpProvider, type GeminiHttpDependencies } from './gemini-http.ts';
import type { Provider } from './provider.ts';
import type { ProviderEntry } from './provider-entry.ts';

/** APIYI: Google's paths and bodies with its own key. A dropped call is charged (`docs/wire-facts.md#apiyi`). */
export const createApiyi = (baseUrl: string, key: string, dependencies: GeminiHttpDependencies): Provider =>
  createGeminiHttpProvider({ name: 'apiyi', baseUrl, credentials: { Authorization: `Bearer ${key}` } }, dependencies);

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
  create: ({ baseUrl }, key, dependencies) => createApiyi(baseUrl, key, dependencies),
};
