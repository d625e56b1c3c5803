import type { Generation } from './objects/generation.ts';
import type { Ledger } from './objects/ledger.ts';

/** The bindings of `wrangler.toml` and the variables of the README's table. Only `index.ts`, `wiring.ts`, `config.ts` and the objects look. */
export interface Env extends Variables {
  KV: KVNamespace;
  BUCKET: R2Bucket;
  ASSETS: Fetcher;
  IMAGES: ImagesBinding;
  BURST_LIMITER: RateLimit;
  GENERATION: DurableObjectNamespace<Generation>;
  LEDGER: DurableObjectNamespace<Ledger>;
}

/** Every variable is text or absent; `readConfig` says what each must be. */
export type Variables = { readonly [name in VariableName]?: string };

export type VariableName =
  | 'GOOGLE_API_KEYS'
  | 'APIYI_API_KEYS'
  | 'FAL_API_KEYS'
  | 'GOOGLE_BASE_URL'
  | 'APIYI_BASE_URL'
  | 'FAL_BASE_URL'
  | 'FAL_QUEUE_BASE_URL'
  | 'FAL_MEDIA_HOSTS'
  | 'APIYI_BILLING'
  | 'PROVIDERS'
  | 'PEEL_SECRET'
  | 'CLIENT_KEYS'
  | 'SITE_ORIGINS'
  | 'SITE_DAILY_BUDGET_USD'
  | 'SITE_MONTHLY_BUDGET_USD'
  | 'DEPLOYMENT_DAILY_BUDGET_USD'
  | 'DEPLOYMENT_MONTHLY_BUDGET_USD'
  | 'VISITOR_PER_MINUTE'
  | 'VISITOR_PER_DAY'
  | 'SESSION_USES'
  | 'SITE_PER_MINUTE'
  | 'SITE_GROUNDING'
  | 'SITE_PROOF'
  | 'SITE_RETENTION'
  | 'BURST'
  | 'CATALOG'
  | 'GENERATION_LOCATION'
  | 'ADMIN_TOKEN'
  | 'STREAM_HEARTBEAT_MS';
