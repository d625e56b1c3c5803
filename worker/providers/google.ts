import { createGeminiHttpSupplier, type GeminiHttpDependencies } from './gemini-http.ts';
import type { Supplier } from './supplier.ts';

/** The Gemini API itself. The key goes in a header: as `?key=` it would end up in logs. */
export const createGoogle = (baseUrl: string, key: string, dependencies: GeminiHttpDependencies): Supplier =>
  createGeminiHttpSupplier({ name: 'google', baseUrl, credentials: { 'x-goog-api-key': key } }, dependencies);
