import { providerKeysOf } from '../alarms/keys.ts';
import { boundEnv } from '../bound-env.ts';
import { readRecordStatuses } from '../sites/record-statuses.ts';
import { createBase } from './base.ts';
import type { Env } from './env.ts';

function createObjectServices(bindings: Env) {
  const env = boundEnv(bindings);
  const base = createBase(env, { logsPrices: false });
  const { config, recordContext: context, ofVariables: fallback } = base;
  /** What may ring without a request: prices, models, sites and keys, as they are now. */
  async function readAlarmSources() {
    await base.refreshCatalog();
    const { catalog, demo, providers } = config;
    return {
      ...{ catalog, demo, providers },
      sites: await readRecordStatuses({ kv: env.KV, context, fallback }),
      providerKeys: providerKeysOf(providers),
      caps: { dayMicros: config.deploymentDayBudgetMicros, monthMicros: config.deploymentMonthBudgetMicros },
    };
  }
  return { ...base, readAlarmSources, redact: base.redactor.chunk };
}

/** Durable Objects of one class may share an isolate. They then share these services and the buffers of pictures. */
const objectServices = new WeakMap<Env, ReturnType<typeof createObjectServices>>();

export function objectServicesOf(env: Env): ReturnType<typeof createObjectServices> {
  const known = objectServices.get(env) ?? createObjectServices(env);
  objectServices.set(env, known);
  return known;
}
