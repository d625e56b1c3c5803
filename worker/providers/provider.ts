import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import type { OpenInput } from '../request/inputs.ts';
import type { GenerateRequest } from '../request/request.ts';
import type { Form } from '../request/target.ts';
import type { Failure } from '../shared/failure.ts';
import { type ErrorClass, FAILURE_POLICIES, type RetryScope } from './failure-policies.ts';

/** What a failed call means: what the caller hears if it is the last one, and what {@link FAILURE_POLICIES} makes of it. */
export interface Verdict {
  failure: Failure;
  errorClass: ErrorClass;
  /** Who may be asked instead; the table's word. */
  next: RetryScope;
  /** How long the provider asks to wait, in milliseconds. */
  retryMs?: number;
  /** HTTP status, where there was an answer. */
  status?: number;
}

export const verdictOf = (
  errorClass: ErrorClass,
  failure: Failure,
  facts: Pick<Verdict, 'retryMs' | 'status'> = {},
): Verdict => ({ failure, errorClass, next: FAILURE_POLICIES[errorClass].next, ...facts });

/** A provider's answer without its maker, whom the pool knows, or a failure with what follows from it. */
export type ProviderAnswer = Omit<Extract<PoolAnswer, { ok: true }>, 'maker'> | ProviderFailure;
type ProviderCount = { ok: true; value: unknown } | ProviderFailure;
export type ProviderFailure = { ok: false; provider: ProviderName; verdict: Verdict };

/** One key of one provider, as the pool asks it. */
export interface Provider {
  readonly name: ProviderName;
  /** Whether this provider has the model at all. */
  serves(model: CatalogModel): boolean;
  generate(call: ProviderCall): Promise<ProviderAnswer>;
  /** The value is Gemini's `CountTokensResponse`. */
  countTokens(call: CountTokensCall): Promise<ProviderCount>;
}

export type CountTokensCall = Pick<ProviderCall, 'request' | 'model' | 'inputs' | 'signal'>;
/** One call of a provider. Made anew for every attempt; nothing in it is used twice. */
export interface ProviderCall {
  request: GenerateRequest;
  model: CatalogModel;
  /** What the request's parts name by index. */
  inputs: readonly OpenInput[];
  /** The form the answer is wanted in. A provider that cannot may answer in another and says so. */
  form: Form;
  /** Tells takes apart, for providers that have no chance of their own: the same for the same key. Up to 2³². */
  take: number;
  /** Aborted at the deadline. */
  signal: AbortSignal;
  /** Asked before every attempt, counted from 1: nothing is sent without it. @returns Why it may not be made. */
  permit: (attempt: number, provider: ProviderName) => Promise<Failure | undefined>;
  /** Only this key is asked: thought signatures in the request are its own, and mean nothing to another. */
  pin?: SignatureOrigin;
}

/** Who made an answer. A provider takes its thought signatures back under the key that made them. */
export interface SignatureOrigin {
  provider: ProviderName;
  /** The first 8 hex digits of the key's SHA-256: it tells keys apart and opens nothing. */
  key: string;
}

/** What a provider said. `body` is Gemini-shaped bytes in `form`, whatever the provider's own dialect is. */
export type PoolAnswer =
  | { ok: true; provider: ProviderName; form: Form; body: ReadableStream<Uint8Array>; maker: SignatureOrigin }
  | {
      ok: false;
      provider: ProviderName;
      failure: Failure;
      /** The call's pin could not be asked, or provably did not run; nobody else was asked. Another may be, unpinned: there is one. */
      pinned?: true;
      /** The provider refused a thought signature; provably nothing ran. Without signatures it may be asked again. */
      signature?: true;
    };
