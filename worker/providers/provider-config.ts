import type { ProviderName } from '../catalog/model.ts';

export interface ProviderConfig {
  name: ProviderName;
  keys: readonly string[];
  baseUrl: string;
  billing: 'per-call' | 'per-token';
  /** Of fal alone. */
  fal?: FalHosts;
}

export interface FalHosts {
  /** Absent: requests go to the base URL in one piece. */
  queueUrl?: string;
  /** Where pictures may be fetched from: see `fal/hosts.ts`. */
  mediaHosts: readonly string[];
}
