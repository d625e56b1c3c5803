import type { Variables } from '../config/variables.ts';

/** The bindings of `wrangler.toml`, as `wrangler types` writes them, and the variables of the configuration. */
export type Env = Bindings & Variables & OptionalBindings;

/** Bindings that a deployment may lack. */
interface OptionalBindings {
  ANALYTICS?: AnalyticsEngineDataset;
}
