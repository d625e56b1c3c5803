import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import type { OpenInput } from '../request/inputs.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import { type ErrorClass, FAILURE_POLICIES, type RetryScope } from './failure-policies.ts';

/** What a failed call means: the caller's failure if no attempt follows, and what {@link FAILURE_POLICIES} says. */
export interface Verdict {
  failure: Failure;
  errorClass: ErrorClass;
  /** Which keys may be asked instead, from the table. */
  next: RetryScope;
  /** How long the provider asks to wait, in milliseconds. */
  retryMs?: number;
  /** HTTP status, if there was an answer. */
  status?: number;
}

export const verdictOf = (
  errorClass: ErrorClass,
  failure: Failure,
  facts: Pick<Verdict, 'retryMs' | 'status'> = {},
): Verdict => ({ failure, errorClass, next: FAILURE_POLICIES[errorClass].next, ...facts });

/** A provider's answer without its origin, which the pool adds, or a failure with its verdict. */
export type ProviderAnswer = Omit<Extract<PoolAnswer, { ok: true }>, 'maker'> | ProviderFailure;
type ProviderCount = { ok: true; value: unknown } | ProviderFailure;
export type ProviderFailure = { ok: false; provider: ProviderName; verdict: Verdict };

/** One key of one provider, as the pool asks it. */
export interface Provider {
  readonly name: ProviderName;
  /** Whether this provider offers the model. */
  serves(model: CatalogModel): boolean;
  generate(call: ProviderCall): Promise<ProviderAnswer>;
  /** The value is Gemini's `CountTokensResponse`. */
  countTokens(call: CountTokensCall): Promise<ProviderCount>;
}

export type CountTokensCall = Pick<ProviderCall, 'request' | 'model' | 'inputs' | 'signal'>;
/** One call of a provider. Every attempt gets a new one; nothing in it is used twice. */
export interface ProviderCall {
  request: GenerateRequest;
  model: CatalogModel;
  /** The files that the request's parts name by index. */
  inputs: readonly OpenInput[];
  /** The wanted form of the answer. A provider may answer in another form, which its answer then names. */
  form: Form;
  /** The words are those of a template, which its owner's visitors may not read. */
  isOfTemplate?: true;
  /** Distinguishes takes, for providers without randomness. Equal for equal Generation keys. From 0 to below 2³². */
  take: number;
  /** Aborted at the deadline. */
  signal: AbortSignal;
  /** Called before every attempt, counted from 1; nothing is sent before. @returns Why the attempt is not allowed. */
  permit: (attempt: number, provider: ProviderName) => Promise<Failure | undefined>;
  /** Only this key is asked: it made the request's thought signatures, and another key refuses them. */
  pin?: SignatureOrigin;
}

/** The provider and key of an answer. A provider accepts thought signatures only from the key that made them. */
export interface SignatureOrigin {
  provider: ProviderName;
  /** The first 8 hex digits of the key's SHA-256. They distinguish keys and give no access. */
  key: string;
}

/** A provider's answer. `body` is always Gemini-shaped bytes in `form`. */
export type PoolAnswer =
  | { ok: true; provider: ProviderName; form: Form; body: ReadableStream<Uint8Array>; maker: SignatureOrigin }
  | {
      ok: false;
      provider: ProviderName;
      failure: Failure;
      /** The pinned key was not asked, or provably did not run. Another key serves the model and may be asked. */
      pinned?: true;
      /** The provider refused a thought signature; provably nothing ran. It may be asked again without signatures. */
      signature?: true;
    };
