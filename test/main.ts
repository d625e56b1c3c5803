/**
 * The worker's entry for tests. The platform creates an object from the bindings alone, but each test has its own
 * variables. So the caller of an object first leaves them here under the object's name.
 */
import type { Variables } from '../worker/config/variables.ts';
import { Generation as RealGeneration } from '../worker/objects/generation.ts';
import type { Env } from '../worker/wiring.ts';

export { default } from '../worker/index.ts';
export { Ledger } from '../worker/objects/ledger.ts';
export { Proofs } from '../worker/objects/proofs.ts';

const brought = new Map<string, Variables>();
/** The same variables give the same environment, as in an isolate. */
const environments = new WeakMap<Variables, Env>();

export function bringVariables(name: string, variables: Variables): void {
  brought.set(name, variables);
}

export class Generation extends RealGeneration {
  constructor(ctx: DurableObjectState, env: Env) {
    const variables = brought.get(ctx.id.name ?? '') ?? {};
    const whole = environments.get(variables) ?? { ...env, ...variables };
    environments.set(variables, whole);
    super(ctx, whole);
  }
}
