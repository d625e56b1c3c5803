import { createGeminiHttpProvider, type GeminiHttpDependencies } from './gemini-http.ts';
import type { Provider } from './provider.ts';
import type { ProviderEntry } from './provider-entry.ts';

const GOOGLES_ORIGIN = 'https://generativelanguage.googleapis.com';

/** Whether Google itself answers at a base URL, and not a gateway or relay in front of it. */
const isGooglesOwn = (baseUrl: string): boolean => new URL(baseUrl).origin === GOOGLES_ORIGIN;

/** The Gemini API itself. The key goes in a header: as `?key=` it would end up in logs. */
export const createGoogle = (baseUrl: string, key: string, dependencies: GeminiHttpDependencies): Provider =>
  createGeminiHttpProvider(
    { name: 'google', baseUrl, credentials: { 'x-goog-api-key': key }, isGoogle: isGooglesOwn(baseUrl) },
    dependencies,
  );

export const google: ProviderEntry = {
  baseUrl: GOOGLES_ORIGIN,
  readSettings: () => ({ billing: 'per-token' }),
  freeCall: ({ baseUrl }, key) => ({
    url: `${baseUrl.replace(/\/+$/, '')}/v1beta/models?pageSize=1`,
    headers: { 'x-goog-api-key': key },
  }),
  create: ({ baseUrl }, key, dependencies) => createGoogle(baseUrl, key, dependencies),
};
