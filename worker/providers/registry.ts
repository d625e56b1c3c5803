/**
 * The settings of all providers that are called with a key. A new one is a folder, its name in `KEYED_PROVIDERS`, a line
 * here, and one in `index.ts` for what calls it.
 */
import type { KeyedProvider } from '../catalog/model.ts';
import { apiyi } from './apiyi-entry.ts';
import { fal } from './fal/entry.ts';
import { google } from './google-entry.ts';
import type { ProviderEntry } from './provider-entry.ts';

export const REGISTRY: Readonly<Record<KeyedProvider, ProviderEntry>> = { google, apiyi, fal };
