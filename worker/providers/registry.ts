/** All providers that are called with a key. A new one is a folder, its name in `KEYED_PROVIDERS`, and a line here. */
import type { KeyedProvider } from '../catalog/model.ts';
import { apiyi } from './apiyi.ts';
import { fal } from './fal/provider.ts';
import { google } from './google.ts';
import type { ProviderEntry } from './provider-entry.ts';

export const REGISTRY: Readonly<Record<KeyedProvider, ProviderEntry>> = { google, apiyi, fal };
