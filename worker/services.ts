/** The services of routes, made once per isolate from the bindings and the configuration. */
import type { PictureDelivery } from './answers/delivery.ts';
import type { KeptAnswers } from './answers/kept-answers.ts';
import type { Gate } from './auth/auth.ts';
import type { ClientStore } from './auth/client-store.ts';
import type { Clients } from './auth/clients.ts';
import type { Owners } from './auth/owner.ts';
import type { PriceTable, ProviderName } from './catalog/model.ts';
import type { Config } from './config/config.ts';
import type { ByteBudget } from './gemini/byte-budget.ts';
import type { Redactor } from './gemini/redact/redact.ts';
import type { BodyTime } from './gemini/timely-source.ts';
import type { EraserRpc } from './generation/client.ts';
import type { Generations } from './generation/job.ts';
import type { Moderator } from './generation/moderation.ts';
import type { DataPoint } from './http/data-point.ts';
import type { Change } from './ledger/audit.ts';
import type { Refusals } from './ledger/refusals.ts';
import type { FundsOf, LedgerRpc } from './ledger/rpc.ts';
import type { Expectations } from './ledger/site-status.ts';
import type { Limits } from './limits/kv-limiter.ts';
import type { Pricing } from './pricing/pricing.ts';
import type { Proofs } from './proofs/proofs.ts';
import type { KeyChecks } from './providers/check-key.ts';
import type { ProviderPool } from './providers/pool.ts';
import type { FirstPictures } from './setup/first-pictures.ts';
import type { Probe } from './setup/probes.ts';
import type { Log } from './shared/log.ts';
import type { SiteStore } from './sites/site-store.ts';
import type { Sites } from './sites/sites.ts';
import type { CachedPictures } from './storage/cached-pictures.ts';
import type { FileWriter } from './storage/file-writer.ts';
import type { Files } from './storage/files.ts';
import type { ImageStore } from './storage/images.ts';
import type { Inputs } from './storage/inputs.ts';
import type { Manifests } from './storage/manifests.ts';
import type { SignatureOrigins } from './storage/signature-origins.ts';
import type { Suggestions } from './storage/suggestions.ts';
import type { TemplatePictures } from './storage/template-pictures.ts';
import type { Uploads } from './storage/uploads.ts';

/** What only the owner changes or asks for. */
export interface OwnerStores {
  /** The records of sites. */
  siteStore: SiteStore;
  /** The records of clients. */
  clientStore: ClientStore;
  /** Free calls that tell the owner whether a provider takes a key. */
  keyChecks: KeyChecks;
  /** Keeps the price tables of an offer. @returns The rule that a table breaks; undefined once it is kept. */
  keepPrices: (model: string, provider: ProviderName, prices: readonly PriceTable[]) => Promise<string | undefined>;
}

export interface Services {
  /** Catalog and menus change while the isolate lives, so read them at each use and do not copy them. */
  config: Config;
  /** Updates the catalog. Each request awaits it once, before anything uses the catalog. */
  refreshCatalog: () => Promise<void>;
  sites: Sites;
  gate: Gate;
  clients: Clients;
  /** Absent: the owner's paths do not exist. */
  owners?: Owners;
  /** Loads what only the owner's paths need. */
  openStores: () => Promise<OwnerStores>;
  /** Tells Analytics Engine of a request. Absent: it is not bound. */
  writePoint?: (point: DataPoint) => void;
  /** Adds to the audit trail. Never rejects: what is not kept there is in the log. */
  audit: (change: Change) => Promise<void>;
  proofs: Proofs;
  limits: Limits;
  generations: Generations;
  /** The `Generation` of a key, for the owner's deletion. */
  eraser: (key: string) => EraserRpc;
  /** Loads what calls providers without a `Generation`. */
  openProviders: () => Promise<ProviderPool>;
  /** One round trip to each binding. */
  probes: () => Promise<Probe[]>;
  firstPictures: FirstPictures;
  pricing: Pricing;
  manifests: Manifests;
  /** Records which provider and key made each thought signature. */
  signatureOrigins: SignatureOrigins;
  inputs: Inputs;
  files: Files;
  uploads: Uploads;
  fileWriter: FileWriter;
  images: ImageStore;
  pictures: CachedPictures;
  suggestions: Suggestions;
  templatePictures: TemplatePictures;
  delivery: PictureDelivery;
  keptAnswers: KeptAnswers;
  /** Asks the owner's moderation endpoint. Absent: there is none. */
  moderator?: Moderator;
  /** Memory of the isolate for request bodies. */
  bodies: ByteBudget;
  /** Starts the time limit for the body of a request. */
  startBodyTime: () => BodyTime;
  /** Removes provider keys from a stream of bytes that is passed on unparsed. */
  redactStream: Redactor['stream'];
  /** The ledgers of calls that run without a `Generation`. */
  ledgers: FundsOf;
  /** The ledger of a site, for anything but a run's money. */
  ledger: (site: string) => LedgerRpc;
  /** The ledger of the whole deployment, for anything but a run's money. */
  deploymentLedger: () => LedgerRpc;
  refusals: Refusals;
  /** Adds one to each of the named metrics of a site. */
  count: (site: string, ...names: string[]) => void;
  /** Counts a page that has asked for a site. */
  countOrigin: (site: string, origin: string, isAdmitted: boolean) => void;
  expectations: (site: string) => Promise<Expectations>;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  /** Fills with random bytes. */
  random: (bytes: Uint8Array) => Uint8Array;
  /** 128 random bits as hex. */
  createId: () => string;
  /** Aborts when a provider's time is over. */
  deadline: () => AbortSignal;
  waitUntil: (promise: Promise<unknown>) => void;
}
