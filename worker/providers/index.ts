/** Builds the pool from the owner's configuration: one provider for each key, in the order of the lists. */
import type { CatalogModel, KeyedProvider, ProviderName } from '../catalog/model.ts';
import type { Redactor } from '../gemini/redact/redact.ts';
import { DEADLINE_SECONDS } from '../shared/deadline.ts';
import { createApiyi } from './apiyi.ts';
import { createDemoProvider } from './demo/provider.ts';
import { createFal } from './fal/provider.ts';
import type { GeminiHttpDependencies } from './gemini-http.ts';
import { createGoogle } from './google.ts';
import { tagOf } from './key-tag.ts';
import { createProviderPool, type PoolOptions, type ProviderPool } from './pool.ts';
import type { Provider } from './provider.ts';
import type { ProviderConfig } from './provider-config.ts';

/** Whether a provider's price of a model is known today. Without a known price the provider is not called. */
type HasPrice = (model: CatalogModel, provider: ProviderName) => boolean;

export interface ProvidersOptions extends PoolOptions {
  redactor: Redactor;
  /** Absent: every offer is used without a price check, as in a benchmark. */
  hasPrice?: HasPrice;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** @param configs At least one. Each has at least one key, except `demo`, which has none. */
export function createProviders(configs: readonly ProviderConfig[], options: ProvidersOptions): ProviderPool {
  const { hasPrice = () => true } = options;
  const [first, ...others] = configs.flatMap((config) =>
    providersOf(config, configs, options).map((provider, index) => ({
      provider: withPrice(provider, hasPrice),
      place: index + 1,
      tag: tagOf(config.keys[index] ?? config.name),
    })),
  );
  if (!first) throw new RangeError('no provider is configured');
  return createProviderPool([first, ...others], options);
}

const withPrice = (provider: Provider, hasPrice: HasPrice): Provider => ({
  ...provider,
  serves: (model) => provider.serves(model) && hasPrice(model, provider.name),
});

function providersOf(config: ProviderConfig, all: readonly ProviderConfig[], options: ProvidersOptions): Provider[] {
  const { name, keys } = config;
  const { pause, redactor } = options;
  if (name === 'demo') return [createDemoProvider({ pause })];
  // Wrapped, because workerd refuses `fetch` called as a method of another object.
  const send = options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  const isOnly = all.every((other) => other.name === name);
  const dependencies = { fetch: send, pause, redactor, deadlineSeconds: DEADLINE_SECONDS, isOnly };
  return keys.map((key) => CREATORS[name](config, key, dependencies));
}

interface ProviderDependencies extends GeminiHttpDependencies {
  /** No other provider is configured. */
  isOnly: boolean;
}

const CREATORS: Readonly<
  Record<KeyedProvider, (config: ProviderConfig, key: string, dependencies: ProviderDependencies) => Provider>
> = {
  google: ({ baseUrl }, key, dependencies) => createGoogle(baseUrl, key, dependencies),
  apiyi: ({ baseUrl }, key, dependencies) => createApiyi(baseUrl, key, dependencies),
  fal: ({ baseUrl, fal: hosts }, key, dependencies) => {
    if (!hosts) throw new RangeError('fal needs its hosts');
    return createFal(baseUrl, hosts, key, dependencies);
  },
};
