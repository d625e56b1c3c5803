import type { ProviderName } from '../catalog/model.ts';

export interface ProviderConfig {
  name: ProviderName;
  keys: readonly string[];
  baseUrl: string;
  billing: 'per-call' | 'per-token';
  /** For fal only. */
  fal?: FalHosts;
}

export interface FalHosts {
  /** Absent: requests go to the base URL in one piece. */
  queueUrl?: string;
  /** Hosts from which pictures may be fetched: see `fal/hosts.ts`. */
  mediaHosts: readonly string[];
}
