/** A bill as the deployment's ledger keeps it. */
import { KEYED_PROVIDERS } from '../catalog/model.ts';
import type { StoredBill } from '../ledger/bills.ts';
import { parseJsonObject } from '../shared/json.ts';
import type { ReadBill } from './read-bill.ts';

export interface KeptBill extends ReadBill {
  /** `YYYY-MM`. */
  month: string;
  /** Unix milliseconds. */
  addedAt: number;
}

/** @param addedAt Unix milliseconds. */
export function toStored(month: string, bill: ReadBill, addedAt: number): StoredBill {
  const { provider, currency, usdPerUnit = 1, ...lines } = bill;
  return { month, provider, currency, usdPerUnit, addedAt, lines: JSON.stringify(lines) };
}

/** @returns undefined for a bill of a provider that this version does not know. */
export function fromStored({ provider: name, lines, ...stored }: StoredBill): KeptBill | undefined {
  const provider = KEYED_PROVIDERS.find((each) => each === name);
  const read = parseJsonObject(lines) as Omit<ReadBill, 'provider' | 'currency' | 'usdPerUnit'> | undefined;
  return provider && read && { ...read, ...stored, provider };
}
