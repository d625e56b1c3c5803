import type { CatalogModel, ProviderName } from '../domain/catalog.ts';
import type { Failure } from '../domain/failure.ts';
import type { ProviderAnswer, ProviderCall } from '../ports.ts';

/** What follows from a failed call: what the caller hears if it is the last one, and who may be asked instead. */
export type Verdict = {
  failure: Failure;
} /** Nobody: the request is wrong everywhere, or may have run and must not be paid twice. */ & (
  | { next: 'never' }
  /** Other suppliers: this one will not, whatever the key. */
  | { next: 'elsewhere' }
  /** Another key or supplier; this key is left alone for so long. */
  | { next: 'other-key'; restMs: number }
  /** Anybody after a while, this key too. */
  | { next: 'again' }
);

/** A port's answer that also says what follows from a failure. */
export type SupplierAnswer = Extract<ProviderAnswer, { ok: true }> | SupplierFailure;
export type SupplierCount = { ok: true; value: unknown } | SupplierFailure;
export type SupplierFailure = { ok: false; provider: ProviderName; verdict: Verdict };

/** One key of one supplier, as the pool asks it. */
export interface Supplier {
  readonly name: ProviderName;
  /** Whether this supplier has the model at all. */
  serves(model: CatalogModel): boolean;
  generate(call: ProviderCall): Promise<SupplierAnswer>;
  /** The value is Gemini's `CountTokensResponse`. */
  countTokens(call: CountTokensCall): Promise<SupplierCount>;
}

export type CountTokensCall = Pick<ProviderCall, 'request' | 'model' | 'inputs' | 'signal'>;
