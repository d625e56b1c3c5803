/** The rows of the table: the program that answers, and the requests it gets. */
import { randomBytes } from 'node:crypto';
import { FAKE_GOOGLE_KEY } from '../upstream/keys.ts';
import { type LoadRequest, sendAndRead } from './load.ts';
import { bodyOf, MODEL, newPrompt, type Payload } from './payloads.ts';
import { type ServerProcess, startPortkey, startWorker } from './server-process.ts';

export type RowId =
  | 'direct'
  | 'floor'
  | 'no-store'
  | 'no-store-open'
  | 'no-store-unheld'
  | 'no-store-unredacted'
  | 'miss-inline'
  | 'miss-link'
  | 'miss-in-worker'
  | 'hit-inline'
  | 'hit-link'
  | 'naive-inline'
  | 'naive-link'
  | 'store-inline'
  | 'store-link'
  | 'bare-link'
  | 'portkey';

export interface Row {
  id: RowId;
  label: string;
  /** The program; rows with the same program differ only in their requests. */
  program: string;
  headers: Record<string, string>;
  path: string;
  /** Whether the row repeats one request; the first is not measured. */
  repeats: boolean;
  /** Text that an answer must and must not contain, so that a row measures what its label says. */
  holds?: string;
  lacks?: string;
}

const CLIENT_KEY = 'pk_bench_3d9f1c75b8e24a06d1f7c3a95e8b2047';
const PATH = `/v1beta/models/${MODEL}:generateContent`;

const CLIENT = { 'x-goog-api-key': CLIENT_KEY };
const UPSTREAM = { 'x-goog-api-key': FAKE_GOOGLE_KEY };
const LINK = { 'Peel-Images': 'link' };
const NO_STORE = { 'Cache-Control': 'no-store' };
const INLINE_ANSWER = { holds: '"inlineData"' } as const;
const LINK_ANSWER = { holds: '"fileData"', lacks: '"inlineData"' } as const;

const row = (id: RowId, label: string, program: string, more: Partial<Row> = {}): Row => ({
  id,
  label,
  program,
  headers: {},
  path: PATH,
  repeats: false,
  ...more,
});

const PEEL = 'worker/index.ts';
const bench = (name: string): string => `test/bench/workers/${name}.ts`;

const IN_WORKER = bench('peel-in-worker');
const OPEN = bench('peel-open');

/** The programs that export the Durable Objects. */
const WITH_OBJECTS = [PEEL, IN_WORKER];

/** Not a row of the table; lift-cost.ts uses it. */
export const LIFT_PROGRAM = bench('lift');

export const ROWS: readonly Row[] = [
  row('direct', 'upstream, asked directly', 'upstream', { headers: UPSTREAM, ...INLINE_ANSWER }),
  row('floor', 'three lines of `hono/proxy`', bench('floor'), INLINE_ANSWER),
  row('no-store', 'Peel, `no-store`', PEEL, { headers: { ...CLIENT, ...NO_STORE }, ...INLINE_ANSWER }),
  row('no-store-open', 'Peel, `no-store`, without admission', OPEN, { headers: CLIENT, ...INLINE_ANSWER }),
  row('no-store-unheld', '… without holding the last byte', OPEN, {
    headers: { ...CLIENT, 'Bench-Leave-Out': 'hold' },
    ...INLINE_ANSWER,
  }),
  row('no-store-unredacted', '… without the redactor', OPEN, {
    headers: { ...CLIENT, 'Bench-Leave-Out': 'redactor' },
    ...INLINE_ANSWER,
  }),
  row('miss-inline', 'Peel, miss, inline', PEEL, { headers: CLIENT, ...INLINE_ANSWER }),
  row('miss-link', 'Peel, miss, link', PEEL, { headers: { ...CLIENT, ...LINK }, ...LINK_ANSWER }),
  row('miss-in-worker', 'Peel, miss, inline, without objects', IN_WORKER, { headers: CLIENT, ...INLINE_ANSWER }),
  row('hit-inline', 'Peel, hit, inline', PEEL, { headers: CLIENT, repeats: true, ...INLINE_ANSWER }),
  row('hit-link', 'Peel, hit, link', PEEL, { headers: { ...CLIENT, ...LINK }, repeats: true, ...LINK_ANSWER }),
  row('naive-inline', 'the naive way, inline', bench('naive'), INLINE_ANSWER),
  row('naive-link', 'the naive way, link', bench('naive'), { headers: LINK, ...LINK_ANSWER }),
  row('store-inline', 'simulator alone: store and read back', bench('static-store')),
  row('store-link', 'simulator alone: store', bench('static-store'), { headers: LINK }),
  row('bare-link', "a link hit's binding calls alone", bench('bare-link'), { repeats: true }),
  row('portkey', 'Portkey gateway 1.15.2 (Node)', 'portkey', {
    path: PATH.replace('/v1beta/', '/v1/proxy/'),
    headers: { 'x-portkey-provider': 'google', ...UPSTREAM },
    ...INLINE_ANSWER,
  }),
];

export const findRow = (id: RowId): Row => ROWS.find((each) => each.id === id) as Row;

/** Everything a program needs to start. */
export interface Stage {
  upstream: ServerProcess;
  portkey: string;
  /** Paths of bundles by entry. */
  bundles: ReadonlyMap<string, string>;
}

/** One secret for the whole run, so that a restarted program knows its own references. */
const PEEL_SECRET = randomBytes(32).toString('hex');

/**
 * Starts a new process of a row's program. All programs share one upstream, which keeps running.
 *
 * @param storage Folder of the simulated R2 and KV if they must outlive the process.
 */
export function startProgram(
  program: string,
  { upstream, portkey, bundles }: Stage,
  storage?: string,
): Promise<ServerProcess> {
  if (program === 'upstream') return Promise.resolve({ ...upstream, stop: () => Promise.resolve() });
  if (program === 'portkey') return startPortkey(portkey);
  const script = bundles.get(program);
  if (script === undefined) throw new Error(`${program} was not bundled.`);
  const bindings = {
    UPSTREAM: upstream.url,
    UPSTREAM_KEY: FAKE_GOOGLE_KEY,
    GOOGLE_BASE_URL: upstream.url,
    GOOGLE_API_KEYS: FAKE_GOOGLE_KEY,
    PEEL_SECRET,
    SITE_ORIGINS: 'https://bench.example',
    CLIENT_KEYS: `bench:${CLIENT_KEY}`,
    BURST: 'off',
    SITE_PROOF: 'none',
    // A budget must not limit the measurement.
    SITE_DAILY_BUDGET_USD: '999999999',
    SITE_MONTHLY_BUDGET_USD: '999999999',
    DEPLOYMENT_DAILY_BUDGET_USD: '999999999',
    DEPLOYMENT_MONTHLY_BUDGET_USD: '999999999',
  };
  return startWorker({
    script,
    bindings,
    objects: WITH_OBJECTS.includes(program),
    ...(storage === undefined ? {} : { storage }),
  });
}

export type MakeRequest = (server: ServerProcess) => LoadRequest;

/** Makes the requests of a row for a payload: one prompt for all if the row repeats, else a new one each. */
export function createRequests(row: Row, size: Payload, { upstream }: Stage): MakeRequest {
  const same = newPrompt(size.word);
  return (server) => ({
    url: server.url + row.path,
    headers: {
      ...row.headers,
      'Bench-Answer-Bytes': String(size.bytes),
      ...(row.program === 'portkey' ? { 'x-portkey-custom-host': `${upstream.url}/v1beta` } : {}),
    },
    body: bodyOf(row.repeats ? same : newPrompt(size.word)),
  });
}

/** Sends one request and checks its answer. @throws When it is not what the row's label says. */
export async function prime({ label, holds, lacks }: Row, request: LoadRequest): Promise<void> {
  const { text } = await sendAndRead(request);
  const isRight = (holds === undefined || text.includes(holds)) && (lacks === undefined || !text.includes(lacks));
  if (!isRight) throw new Error(`"${label}" answered something else: ${text.slice(0, 300)}`);
}
