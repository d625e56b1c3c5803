import type { ProviderConfig } from './provider-config.ts';

/** What a provider of the registry adds to the keys and the base URL that all of them have. */
export interface ProviderEntry {
  /** Its address, unless the variable `{NAME}_BASE_URL` names another. */
  baseUrl: string;
  /** How it bills, and its own variables. They are read even if unused, so that a typing error is reported at once. */
  readSettings(read: VariableReader, baseUrl: string): Pick<ProviderConfig, 'billing' | 'fal'>;
  /** Settings that are allowed and worth a line in the owner's log. Absent: another base URL is. */
  warningsOf?(config: ProviderConfig): string[];
  /** A call with the key that costs nothing. Absent: this provider has none. */
  freeCall?(config: ProviderConfig, key: string): FreeCall;
}

/** A `GET` that costs nothing and is refused without a valid key. */
interface FreeCall {
  url: string;
  headers: Readonly<Record<string, string>>;
}

/** Reads variables by name. Each reader throws an error that names the variable and its rule. */
export interface VariableReader {
  oneOf<T extends string>(name: string, accepted: readonly T[], otherwise: T): T;
  /** @returns undefined where it is not set. */
  baseUrl(name: string): string | undefined;
  hosts(name: string): string[] | undefined;
}
