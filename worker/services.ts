/** Everything a route may use, made once per isolate from the bindings and the configuration. */
import type { PictureDelivery } from './answers/delivery.ts';
import type { Gate } from './auth/auth.ts';
import type { Config } from './config/config.ts';
import type { ByteBudget } from './gemini/byte-budget.ts';
import type { Redactor } from './gemini/redact/redact.ts';
import type { BodyTime } from './gemini/timely-source.ts';
import type { Generations } from './generation/job.ts';
import type { Metrics } from './ledger/metrics.ts';
import type { Accounts, LedgerRpc } from './ledger/rpc.ts';
import type { SiteRefusals } from './ledger/site-refusals.ts';
import type { Expectations } from './ledger/site-status.ts';
import type { VisitorRefusals } from './ledger/visitor-refusals.ts';
import type { Limits } from './limits/kv-limiter.ts';
import type { Pricing } from './pricing/pricing.ts';
import type { ProviderPool } from './providers/pool.ts';
import type { Log } from './shared/log.ts';
import type { FileWriter } from './storage/file-writer.ts';
import type { Files } from './storage/files.ts';
import type { Inputs } from './storage/inputs.ts';
import type { Manifests } from './storage/manifests.ts';
import type { PictureFiles } from './storage/picture-files.ts';
import type { SignatureOrigins } from './storage/signature-origins.ts';
import type { Suggestions } from './storage/suggestions.ts';
import type { Uploads } from './storage/uploads.ts';

export interface Services {
  /** Of this moment: its catalog and menus change while the isolate lives, so they are read where they are used. */
  config: Config;
  /** Brings the catalog up to date. Awaited once for each request, before anything uses it. */
  refreshCatalog: () => Promise<void>;
  gate: Gate;
  limits: Limits;
  generations: Generations;
  providers: ProviderPool;
  pricing: Pricing;
  manifests: Manifests;
  /** Who made which thought signature. */
  signatureOrigins: SignatureOrigins;
  inputs: Inputs;
  files: Files;
  uploads: Uploads;
  fileWriter: FileWriter;
  pictures: PictureFiles;
  suggestions: Suggestions;
  delivery: PictureDelivery;
  /** What the isolate may hold of request bodies. */
  bodies: ByteBudget;
  /** How long the body of a request may take, from now on. */
  startBodyTime: () => BodyTime;
  /** Takes keys out of a stream of bytes that nobody else looks at. */
  redactStream: Redactor['stream'];
  /** Money, for what runs without an object. */
  ledgers: Accounts;
  /** The ledger of the site, or of the whole deployment, for what is asked of it beside a run's money. */
  ledger: (scope: 'site' | 'deployment') => LedgerRpc;
  siteRefusals: SiteRefusals;
  /** Visitors who have used up their attempts. */
  visitorRefusals: VisitorRefusals;
  /** Adds one to each of the named metrics. */
  count: Metrics;
  expectations: () => Promise<Expectations>;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  /** 128 random bits as hex. */
  createId: () => string;
  /** Aborts when a provider has had its time. */
  deadline: () => AbortSignal;
  waitUntil: (promise: Promise<unknown>) => void;
}
