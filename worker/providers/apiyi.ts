import { createGeminiHttpProvider, type GeminiHttpDependencies } from './gemini-http.ts';
import type { Provider } from './provider.ts';

/** APIYI: Google's paths and bodies with its own key. A dropped call is charged (`docs/wire-facts.md#apiyi`). */
export const createApiyi = (baseUrl: string, key: string, dependencies: GeminiHttpDependencies): Provider =>
  createGeminiHttpProvider({ name: 'apiyi', baseUrl, credentials: { Authorization: `Bearer ${key}` } }, dependencies);
