/** Requests of tests about money, and what those tests see of it. */
import { env } from 'cloudflare:workers';
import { createApp } from '../../../worker/app.ts';
import type { DeploymentReport } from '../../../worker/ledger/deployment-report.ts';
import type { LedgerReport } from '../../../worker/ledger/report.ts';
import type { SessionAnswer } from '../../../worker/protocol.ts';
import type { Services } from '../../../worker/services.ts';
import { CLIENT_KEY } from '../../client-keys.ts';
import { modelOf, request, userTurn } from '../../request/requests.ts';
import { createTestWorker, ORIGIN, type TestWorker, WORKER } from '../../support.ts';

export const MODEL = 'gemini-3.1-flash-image';
export const GENERATE = `${MODEL}:generateContent`;
export const SSE = `${MODEL}:streamGenerateContent?alt=sse`;
export const ARRAY = `${MODEL}:streamGenerateContent`;

/** A new request. All requests with the same words have one length, and so one price. */
export const newBody = (words = '[[size:tiny]]') => ({
  contents: [{ role: 'user', parts: [{ text: `a fox ${crypto.randomUUID()} ${words}` }] }],
});
export type Body = ReturnType<typeof newBody>;

/** The name by which the fake upstream knows a request. */
export const nameOf = (body: Body): string => /[0-9a-f-]{36}/.exec(body.contents[0]!.parts[0]!.text)?.[0] as string;

/** The site's report, or the deployment's, which is the sum of its sites'. */
export const reportOf = (
  { services }: TestWorker,
  scope: 'site' | 'deployment' = 'site',
): Promise<LedgerReport | DeploymentReport> =>
  scope === 'site' ? services.ledger('default').report() : services.deploymentLedger().deploymentReport();

/** Money held and settled, in micro-dollars. */
export async function moneyOf(worker: TestWorker, scope: 'site' | 'deployment' = 'site') {
  const { settledMicros, heldMicros } = await reportOf(worker, scope);
  return { settled: settledMicros, held: heldMicros };
}

export const usageOf = async (worker: TestWorker): Promise<LedgerReport['usage']> => (await reportOf(worker)).usage;

/** The highest possible price of such a request, in micro-dollars. */
export function worstOf(words?: string): number {
  const { text } = newBody(words).contents[0]!.parts[0]!;
  const asked = request({ turns: [userTurn({ kind: 'text', text })] });
  return createTestWorker().services.pricing.worst(asked, modelOf(MODEL)) as number;
}

/** Dollars in the format of the variables. */
export const dollars = (micros: number): string => (micros / 1_000_000).toFixed(6);

/** An answer whose body is not read yet. */
export const fetchUnread = async (
  { services }: TestWorker,
  target: string,
  body: Body,
  headers: Record<string, string> = {},
): Promise<Response> =>
  createApp(services).fetch(
    new Request(`${WORKER}/v1beta/models/${target}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': CLIENT_KEY, ...headers },
      body: JSON.stringify(body),
    }),
    env,
  );

/** The edge's limits as if KV had lost everything. */
export const withoutKv = (services: Services): Services => ({
  ...services,
  limits: {
    read: async (policies) =>
      policies.map((policy) => ({
        policy,
        state: { remaining: policy.limit, retryAfterSeconds: 0, resetSeconds: policy.windowSeconds },
      })),
    count: async () => undefined,
  },
});

/** @returns Sends requests as a visitor with a new session. */
export async function visitorOf(worker: TestWorker, address: string) {
  const from = { Origin: ORIGIN, 'content-type': 'application/json', 'CF-Connecting-IP': address };
  const answer = await worker.fetch('/peel/session', { method: 'POST', headers: from, body: '{"site":"default"}' });
  const { token } = (await answer.json()) as SessionAnswer;
  return (body: unknown, target = GENERATE, headers: Record<string, string> = {}) =>
    worker.ask(target, body, { ...headers, ...from, 'x-goog-api-key': '', Authorization: `Bearer ${token}` });
}
