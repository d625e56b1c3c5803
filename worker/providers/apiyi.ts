import { createGeminiHttpProvider, type GeminiHttpDependencies } from './gemini-http.ts';
import type { Provider } from './provider.ts';

/** APIYI: Google's paths and bodies under a key of its own. A call whose connection drops is charged all the same. */
export const createApiyi = (baseUrl: string, key: string, dependencies: GeminiHttpDependencies): Provider =>
  createGeminiHttpProvider({ name: 'apiyi', baseUrl, credentials: { Authorization: `Bearer ${key}` } }, dependencies);
