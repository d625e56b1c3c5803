import type { CatalogModel, ProviderName } from '../catalog/model.ts';
import type { ProviderAnswer, ProviderCall } from '../ports.ts';
import type { Failure } from '../shared/failure.ts';
import { type Next, TROUBLES, type Trouble } from './failure-policies.ts';

/** What a failed call means: what the caller hears if it is the last one, and what {@link TROUBLES} makes of it. */
export interface Verdict {
  failure: Failure;
  trouble: Trouble;
  /** Who may be asked instead; the table's word. */
  next: Next;
  /** How long the supplier asks to wait, in milliseconds. */
  retryMs?: number;
  /** HTTP status, where there was an answer. */
  status?: number;
}

export const verdictOf = (
  trouble: Trouble,
  failure: Failure,
  facts: Pick<Verdict, 'retryMs' | 'status'> = {},
): Verdict => ({ failure, trouble, next: TROUBLES[trouble].next, ...facts });

/** A port's answer without its maker, whom the pool knows, or a failure with what follows from it. */
export type SupplierAnswer = Omit<Extract<ProviderAnswer, { ok: true }>, 'maker'> | SupplierFailure;
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
