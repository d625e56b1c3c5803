/** From the owner's configuration to the pool: one supplier for each key, in the order of the lists. */
import type { ProviderConfig } from '../config.ts';
import { DEADLINE_SECONDS } from '../domain/deadline.ts';
import type { Redactor } from '../gemini/redact.ts';
import { createApiyi } from './apiyi.ts';
import { createDemoProvider } from './demo.ts';
import { createGoogle } from './google.ts';
import { createProviderPool, type PoolOptions, type ProviderPool } from './pool.ts';
import type { Supplier } from './supplier.ts';

export interface ProvidersOptions extends PoolOptions {
  redactor: Redactor;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** @param configs At least one; keys of each at least one, but for `demo`, which has none. */
export function createProviders(configs: readonly ProviderConfig[], options: ProvidersOptions): ProviderPool {
  const [first, ...others] = configs.flatMap((config) => createSuppliers(config, options));
  if (!first) throw new RangeError('no provider is configured');
  return createProviderPool([first, ...others], options);
}

function createSuppliers({ name, keys, baseUrl }: ProviderConfig, options: ProvidersOptions): Supplier[] {
  const { pause, redactor } = options;
  // Bound late: fetch called as a method of another object is refused by workerd.
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  const dependencies = { fetch: send, pause, redactor, deadlineSeconds: DEADLINE_SECONDS };
  switch (name) {
    case 'google':
      return keys.map((key) => createGoogle(baseUrl, key, dependencies));
    case 'apiyi':
      return keys.map((key) => createApiyi(baseUrl, key, dependencies));
    case 'demo':
      return [createDemoProvider({ pause })];
    case 'fal':
      throw new RangeError('fal is not supported by this version');
  }
}
