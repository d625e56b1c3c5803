import { createGeminiHttpProvider, type GeminiHttpDependencies } from './gemini-http.ts';
import { GOOGLES_ORIGIN } from './google-entry.ts';
import type { Provider } from './provider.ts';

/** Whether Google itself answers at a base URL, and not a gateway or relay in front of it. */
const isGooglesOwn = (baseUrl: string): boolean => new URL(baseUrl).origin === GOOGLES_ORIGIN;

/** The Gemini API itself. The key goes in a header: as `?key=` it would end up in logs. */
export const createGoogle = (baseUrl: string, key: string, dependencies: GeminiHttpDependencies): Provider =>
  createGeminiHttpProvider(
    { name: 'google', baseUrl, credentials: { 'x-goog-api-key': key }, isGoogle: isGooglesOwn(baseUrl) },
    dependencies,
  );
