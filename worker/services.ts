/** Everything a route may use, made once per isolate from the bindings and the configuration. */
import type { PictureDelivery } from './answers/delivery.ts';
import type { Config } from './config.ts';
import type { Gate } from './gate.ts';
import type { ByteBudget } from './gemini/byte-budget.ts';
import type { Form } from './gemini/skeleton.ts';
import type { Log } from './log.ts';
import type { Generations, Provider, ProviderAnswer, ProviderCall } from './ports.ts';
import type { Pricing } from './pricing.ts';
import type { Limits } from './storage/limits.ts';
import type { Manifests } from './storage/manifests.ts';
import type { PictureFiles } from './storage/picture-files.ts';

export interface Services {
  config: Config;
  gate: Gate;
  limits: Limits;
  generations: Generations;
  providers: {
    generate(call: ProviderCall): Promise<ProviderAnswer>;
    countTokens: NonNullable<Provider['countTokens']>;
  };
  pricing: Pricing;
  manifests: Manifests;
  pictures: PictureFiles;
  delivery: PictureDelivery;
  /** What the isolate may hold of request bodies. */
  bodies: ByteBudget;
  /** Takes keys out of a stream of bytes that nobody else looks at. */
  redactStream: (
    stream: ReadableStream<Uint8Array>,
    form: Form,
  ) => Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>>;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  pause: (ms: number) => Promise<unknown>;
  /** 128 random bits as hex. */
  createId: () => string;
  /** Aborts when a supplier has had its time. */
  deadline: () => AbortSignal;
  waitUntil: (promise: Promise<unknown>) => void;
}
