/**
 * Many sites in one deployment, whose callers ask the same things: none gets a picture, a file or a remembered refusal
 * of another site, and a flood of one calls no object of another.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from '../../bench/bundle.ts';
import { powOf } from '../../proofs/solve.ts';
import { bodyOf, MODEL, nameOf, newPrompt } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { ADMIN_TOKEN, type Peel, startPeel } from '../peel.ts';
import { paidCalls, type Stage } from '../stage.ts';

interface Size {
  sites: number;
  requests: number;
  flood: number;
}
const SIZES: Record<Effort, Size> = {
  full: { sites: 50, requests: 100_000, flood: 10_000 },
  short: { sites: 4, requests: 300, flood: 140 },
};
/** Prompts that every site's callers send. */
const PROMPTS = 8;
/** After so many refusals of a request the last one is told again. */
const REFUSALS = 3;
const IN_FLIGHT = 16;
const SAY_EVERY = 10_000;
/** Two minutes before a ticket ends. Each renewal takes a proof's time of this process. */
const RENEWED_AFTER_MS = 480_000;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const RECORD = {
  ...{ adultsDeclared: true, proof: 'pow' },
  limits: { visitorPerMinute: 1_000_000, visitorPerDay: 1_000_000, sessionUses: 1_000_000, perMinute: 1_000_000 },
  budgets: { dailyUsd: 1_000_000, monthlyUsd: 1_000_000, visitorDailyUsd: 1_000_000, prefixDailyUsd: 1_000_000 },
};

type Headers = Record<string, string>;

interface Challenge {
  nonce: string;
  difficulty: number;
}

interface Tenant {
  id: string;
  page: Headers;
  /** With the visitor's ticket, and with the client's key. */
  callers: [visitor: Headers, client: Headers];
  /** When the visitor got its ticket, by `performance.now()`. */
  ticketAt: number;
  /** Address of an uploaded file. */
  file: string;
  /** Paths of its pictures. */
  pictures: string[];
}

const originOf = (n: number): string => `https://s${n}.example`;

async function call(peel: Peel, path: string, headers: Headers, body?: string | Buffer<ArrayBuffer>) {
  const answer = await fetch(peel.url + path, { headers, ...(body !== undefined && { method: 'POST', body }) });
  return { status: answer.status, text: await answer.text() };
}

/** @returns Status, and the id of the answer's picture. */
async function draw(peel: Peel, headers: Headers, body: string) {
  const path = `/v1beta/models/${MODEL}:generateContent`;
  const { status, text } = await call(peel, path, { ...headers, 'Peel-Images': 'link' }, body);
  return { status, picture: /\/images\/[^"?]+/.exec(text)?.[0] };
}

const withFile = (fileUri: string, prompt: string): string =>
  JSON.stringify({ contents: [{ parts: [{ text: prompt }, { fileData: { mimeType: 'image/png', fileUri } }] }] });

/** @returns The headers of a visitor with a new ticket. */
async function askTicket(peel: Peel, site: string, page: Headers): Promise<Headers> {
  const facts = JSON.parse((await call(peel, `/peel/site?site=${site}`, page)).text) as { proof: Challenge };
  const body = JSON.stringify({ site, proof: await powOf(facts.proof) });
  const { token } = JSON.parse((await call(peel, '/peel/session', page, body)).text) as { token: string };
  return { ...page, Authorization: `Bearer ${token}` };
}

/** Renews a visitor's ticket before its ten minutes are over. */
async function renew(peel: Peel, tenant: Tenant): Promise<void> {
  if (performance.now() - tenant.ticketAt < RENEWED_AFTER_MS) return;
  tenant.ticketAt = performance.now();
  tenant.callers[0] = await askTicket(peel, tenant.id, tenant.page);
}

async function open(peel: Peel, n: number): Promise<Tenant> {
  const id = `s${n}`;
  const page: Headers = { ...JSON_TYPE, Origin: originOf(n), 'CF-Connecting-IP': `10.1.0.${n}` };
  const owner = { ...JSON_TYPE, Authorization: `Bearer ${ADMIN_TOKEN}` };
  const client = await call(peel, '/peel/admin/api/clients', owner, JSON.stringify({ name: 'c', site: id }));
  const visitor = await askTicket(peel, id, page);
  const upload = { ...visitor, 'Content-Type': 'image/png', 'X-Goog-Upload-Protocol': 'raw' };
  const { file } = JSON.parse((await call(peel, '/upload/v1beta/files', upload, PNG)).text) as {
    file: { uri: string };
  };
  const key = { ...JSON_TYPE, 'x-goog-api-key': (JSON.parse(client.text) as { key: string }).key };
  return { id, page, callers: [visitor, key], ticketAt: performance.now(), file: file.uri, pictures: [] };
}

const JSON_TYPE: Headers = { 'Content-Type': 'application/json' };

/** A generator of the same numbers in every run, from 0 up to 1. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function inTurns(count: number, run: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
}

const readCalls = async ({ url }: Peel): Promise<string[]> =>
  (await (await fetch(`${url}/__calls`)).json()) as string[];

export async function proveSites(stage: Stage, effort: Effort): Promise<Figure[]> {
  const size = SIZES[effort];
  const folder = mkdtempSync(join(tmpdir(), 'peel-watched-'));
  const records = Array.from({ length: size.sites }, (_, n) => [
    `site:s${n}`,
    JSON.stringify({ ...RECORD, origins: [originOf(n)] }),
  ]);
  const script = await bundleWorker('test/prove/workers/watched.ts', folder);
  const peel = await startPeel(script, stage.upstream.url, {}, Object.fromEntries(records));
  try {
    return await between(stage, peel, size);
  } finally {
    await peel.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function between(stage: Stage, peel: Peel, { sites, requests, flood }: Size): Promise<Figure[]> {
  stage.upstream.reset();
  const prompts = Array.from({ length: PROMPTS }, () => newPrompt('[[size:tiny]]'));
  const declined = newPrompt('[[finish:IMAGE_SAFETY]]');
  /** Who was told of each picture. Visitors and clients of one site are two audiences. */
  const owners = new Map<string, string>();
  /** Whose each `Generation` is. */
  const generations = new Map<string, string>();
  const foreign: string[] = [];
  const wrong: string[] = [];

  async function ask(tenant: Tenant, who: 0 | 1, prompt: string): Promise<void> {
    const { status, picture } = await draw(peel, tenant.callers[who], bodyOf(prompt));
    const owner = `${tenant.id}/${who}`;
    if (status !== 200 || picture === undefined) wrong.push(`${owner} asks: ${status}`);
    else if ((owners.get(picture) ?? owner) !== owner)
      foreign.push(`${owner} gets a picture of ${owners.get(picture)}`);
    else if (!owners.has(picture)) {
      owners.set(picture, owner);
      tenant.pictures.push(picture);
    }
  }
  async function askForeign(what: string, tenant: Tenant, asking: Promise<{ status: number }>, expected: number) {
    const { status } = await asking;
    if (status === 200) foreign.push(`${tenant.id} gets ${what}`);
    else if (status !== expected) wrong.push(`${tenant.id} asks for ${what}: ${status}`);
  }

  const tenants: Tenant[] = [];
  for (let n = 0; n < sites; n += 1) {
    const tenant = await open(peel, n);
    tenants.push(tenant);
    // All at once: what is called now is of this site, whichever of its requests called it.
    await Promise.all(prompts.flatMap((prompt) => ([0, 1] as const).map((who) => ask(tenant, who, prompt))));
    await askOwnFile(peel, tenant, wrong);
    for (const name of await readCalls(peel)) {
      if (!name.startsWith('GENERATION')) continue;
      const owner = generations.get(name) ?? tenant.id;
      if (owner !== tenant.id) foreign.push(`${tenant.id} calls a Generation of ${owner}`);
      generations.set(name, owner);
    }
  }

  const random = createRandom();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  await inTurns(requests, async (n) => {
    if (n % SAY_EVERY === 0) stage.say(`sites: ${n} of ${requests} requests`);
    const tenant = pick(tenants);
    const other = pick(tenants.filter((each) => each !== tenant));
    const dice = random();
    await renew(peel, tenant);
    const [visitor, client] = tenant.callers;
    if (dice < 0.6) return ask(tenant, dice < 0.3 ? 0 : 1, pick(prompts));
    if (dice < 0.7) {
      const { status } = await call(peel, pick(tenant.pictures), { Origin: originOf(Number(tenant.id.slice(1))) });
      return void (status === 200 || wrong.push(`${tenant.id} reads its own picture: ${status}`));
    }
    if (dice < 0.8) {
      const page = { Origin: tenant.page.Origin as string };
      return askForeign('the bytes of a picture', tenant, call(peel, pick(other.pictures), page), 403);
    }
    if (dice < 0.87) {
      const body = withFile(other.file, pick(prompts));
      return askForeign('a file', tenant, draw(peel, dice < 0.84 ? visitor : client, body), 404);
    }
    if (dice < 0.94) {
      const stolen = { ...tenant.page, Authorization: other.callers[0].Authorization as string };
      return askForeign('a picture for its ticket', tenant, draw(peel, stolen, bodyOf(pick(prompts))), 403);
    }
    const answer = await draw(peel, client, bodyOf(declined));
    if (answer.status !== 200) wrong.push(`${tenant.id} is refused: ${answer.status}`);
  });
  // So often that every site has refusals of its own to tell again.
  for (let times = 0; times < REFUSALS; times += 1) {
    for (const { callers } of tenants) await draw(peel, callers[1], bodyOf(declined));
  }
  const memories = paidCalls(stage, nameOf(declined)).length;
  const others = await floodOne(peel, tenants as [Tenant, ...Tenant[]], { flood, generations, prompts });
  for (const line of [...foreign, ...wrong, ...others].slice(0, 10)) stage.say(`sites: ${line}`);
  stage.say(`sites: ${owners.size} pictures, ${memories} refusals of the model`);
  const measuredOn = `${many(requests, 'mixed request')} to ${many(sites, 'site')}: ${PROMPTS} prompts that all of them share, by visitors and clients, and pictures, files and tickets of one another`;
  return [
    {
      promise: 'Pictures, files or answers of one site that a caller of another gets',
      figure: `${foreign.length}`,
      measuredOn,
      holds: foreign.length === 0 && owners.size === sites * 2 * PROMPTS,
    },
    {
      promise: 'Requests of a site’s own callers refused beside them',
      figure: `${wrong.length}`,
      measuredOn,
      holds: wrong.length === 0,
    },
    {
      promise: 'Sites that were told a refusal of another instead of a try of their own',
      figure: `${sites - memories / REFUSALS}`,
      measuredOn: `one request that the model refuses, sent by a client of each of ${many(sites, 'site')}`,
      holds: memories === sites * REFUSALS,
    },
    {
      promise: 'Objects of other sites called in a flood of one',
      figure: `${others.length}`,
      measuredOn: `${many(flood, 'request')} to one of ${many(sites, 'site')}: new and kept pictures, made-up tickets and proofs, facts, foreign pictures`,
      holds: others.length === 0,
    },
  ];
}

async function askOwnFile(peel: Peel, tenant: Tenant, wrong: string[]): Promise<void> {
  const { status } = await draw(peel, tenant.callers[0], withFile(tenant.file, newPrompt('[[size:tiny]]')));
  if (status !== 200) wrong.push(`${tenant.id} names its own file: ${status}`);
}

interface Flood {
  flood: number;
  generations: ReadonlyMap<string, string>;
  prompts: readonly string[];
}

/** @returns Names of the objects that were called and are not of the flooded site. */
async function floodOne(
  peel: Peel,
  [tenant, ...others]: readonly [Tenant, ...Tenant[]],
  { flood, generations, prompts }: Flood,
): Promise<string[]> {
  // A new process holds no counts of the requests before, which it would send to the ledgers of their sites.
  await peel.kill();
  await peel.restart();
  await readCalls(peel);
  await renew(peel, tenant);
  const { id, page, callers } = tenant;
  const foreign = others[0]?.pictures[0] ?? '';
  const made = { ...page, Authorization: 'Bearer v1.AAAA.AAAA' };
  const junk = JSON.stringify({ site: id, proof: { pow: { nonce: 'v1.AAAA.AAAA', solution: '0' } } });
  const kinds: ((n: number) => Promise<unknown>)[] = [
    (n) => draw(peel, callers[0], bodyOf(prompts[n % PROMPTS] as string)),
    (n) => draw(peel, callers[n % 2] as Headers, bodyOf(newPrompt('[[size:tiny]]'))),
    () => draw(peel, made, bodyOf('a fox')),
    () => call(peel, '/peel/session', page, junk),
    () => call(peel, `/peel/site?site=${id}`, page),
    () => call(peel, foreign, { Origin: page.Origin as string }),
    (n) => draw(peel, callers[0], withFile(others[n % others.length]?.file ?? '', 'a fox')),
  ];
  await inTurns(flood, async (n) => void (await kinds[n % kinds.length]?.(n)));
  const own = new Set([`LEDGER site:${id}`, 'LEDGER deployment', `PROOFS ${id}`]);
  // A `Generation` that was not there before is of a request of the flood.
  const isOwn = (name: string): boolean =>
    name.startsWith('GENERATION') ? (generations.get(name) ?? id) === id : own.has(name);
  const called = await readCalls(peel);
  // Names that do not even have the site's own ledger were not watched.
  return called.some((name) => own.has(name)) ? called.filter((name) => !isOwn(name)) : ['nothing was watched'];
}
