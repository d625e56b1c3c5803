/**
 * A script that has no proof gets nothing; with one proof it gets what one ticket allows. What was got from one site is
 * nothing to another.
 */
import { powOf } from '../../proofs/solve.ts';
import { bodyOf, MODEL, newPrompt } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { ORIGIN, type Peel } from '../peel.ts';
import { paidCalls, type Stage } from '../stage.ts';

const TRIES: Record<Effort, number> = { full: 1000, short: 60 };
const TICKET_USES = 5;
const WORDS = '[[size:tiny]]';
/** Two sites that share a page, and each has a page of its own. */
const SITES = {
  a: ['https://a.example', 'https://both.example'],
  b: ['https://b.example', 'https://both.example'],
};

interface Proof {
  nonce: string;
  difficulty: number;
}

export async function proveStrangers(stage: Stage, effort: Effort): Promise<Figure[]> {
  const records = Object.fromEntries(
    Object.entries(SITES).map(([id, origins]) => [`site:${id}`, JSON.stringify({ origins, adultsDeclared: true })]),
  );
  const variables = {
    SITE_PROOF: 'pow',
    SESSION_USES: String(TICKET_USES),
    // Only the ticket's own count is to limit the script.
    VISITOR_PER_MINUTE: '100000',
    VISITOR_PER_DAY: '100000',
    SITE_PER_MINUTE: '100000',
  };
  return stage.withPeel(
    variables,
    async (peel) => [
      ...(await withoutProof(stage, peel, TRIES[effort])),
      ...(await withOneProof(stage, peel, TRIES[effort])),
      ...(await betweenSites(stage, peel)),
    ],
    records,
  );
}

type Headers = Record<string, string>;
const from = (origin: string, token?: string): Headers => ({
  ...{ 'Content-Type': 'application/json', Origin: origin, 'CF-Connecting-IP': '203.0.113.7' },
  ...(token !== undefined && { Authorization: `Bearer ${token}` }),
});

async function factsOf({ url }: Peel, site = 'default', origin = ORIGIN): Promise<Proof> {
  const answer = await fetch(`${url}/peel/site?site=${site}`, { headers: from(origin) });
  return ((await answer.json()) as { proof: Proof }).proof;
}

interface Told {
  status: number;
  token?: string;
  reason?: string;
}

async function askTicket(peel: Peel, proof: unknown, { site = 'default', headers = from(ORIGIN) } = {}): Promise<Told> {
  const body = JSON.stringify({ site, ...(proof !== undefined && { proof }) });
  const answer = await fetch(`${peel.url}/peel/session`, { method: 'POST', headers, body });
  const text = await answer.text();
  const { token } = JSON.parse(text) as { token?: string };
  return { status: answer.status, ...(token && { token }), reason: /"reason":"([A-Z_]+)"/.exec(text)?.[1] ?? '' };
}

async function askPicture({ url }: Peel, prompt: string, headers: Headers): Promise<number> {
  const path = `/v1beta/models/${MODEL}:generateContent`;
  const answer = await fetch(url + path, { method: 'POST', headers, body: bodyOf(prompt) });
  await answer.arrayBuffer();
  return answer.status;
}

/** Runs tasks, a few at a time. */
async function inTurns<T>(count: number, run: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (next < count) results.push(await run(next++));
    }),
  );
  return results;
}

async function withoutProof(stage: Stage, peel: Peel, tries: number): Promise<Figure[]> {
  stage.upstream.reset();
  const { nonce } = await factsOf(peel);
  const zeros = Array.from({ length: 16 }, () => '0').join('.');
  const guesses = [
    undefined,
    {},
    { turnstile: 'XXXX.DUMMY.TOKEN.XXXX' },
    { pow: { nonce, solution: zeros } },
    { pow: { nonce: 'v1.AAAA.AAAA', solution: zeros } },
    { pow: { nonce: '', solution: '' } },
  ];
  const tickets = await inTurns(tries, (n) => askTicket(peel, guesses[n % guesses.length]));
  const tokens = [undefined, '', 'v1.AAAA.AAAA', nonce, 'null', 'pk_dev', 'Bearer'];
  const pictures = await inTurns(tries, (n) =>
    askPicture(peel, newPrompt(WORDS), from(ORIGIN, tokens[n % tokens.length])),
  );
  const got = tickets.filter(({ token }) => token !== undefined).length;
  const others = tickets.filter(({ status, reason }) => status !== 400 || reason !== 'PROOF_INVALID').length;
  const drawn = pictures.filter((status) => status !== 401).length;
  const calls = paidCalls(stage, '').length;
  stage.say(`strangers: ${got} tickets and ${calls} calls without a proof`);
  const measuredOn = `${many(tries, 'request')} for a ticket without a proof or with a made-up one, and as many for a picture without a ticket`;
  return [
    { promise: 'Tickets without a proof', figure: `${got}`, measuredOn, holds: got + others === 0 },
    { promise: 'Paid calls without a ticket', figure: `${calls}`, measuredOn, holds: calls + drawn === 0 },
  ];
}

async function withOneProof(stage: Stage, peel: Peel, tries: number): Promise<Figure[]> {
  stage.upstream.reset();
  const proof = await powOf(await factsOf(peel));
  const first = await askTicket(peel, proof);
  const token = first.token ?? '';
  const again = await inTurns(tries, (n) =>
    askTicket(peel, proof, { headers: from(ORIGIN, n % 2 ? token : undefined) }),
  );
  const drawn = await inTurns(tries, () => askPicture(peel, newPrompt(WORDS), from(ORIGIN, token)));
  const more = again.filter((told) => told.token !== undefined).length;
  const calls = paidCalls(stage, '').length;
  const pictures = drawn.filter((status) => status === 200).length;
  stage.say(`strangers: ${calls} calls for one proof, ${more} more tickets`);
  return [
    {
      promise: 'Further tickets for a proof that gave one, renewals included',
      figure: `${more}`,
      measuredOn: `the same proof sent ${tries.toLocaleString('en-US')} times again, half of them with its ticket`,
      holds: more === 0 && token !== '',
    },
    {
      promise: 'Paid calls of a script with one proof',
      figure: `${calls}`,
      measuredOn: `${many(tries, 'different request')} on the one ticket, which allows ${TICKET_USES}`,
      holds: calls === TICKET_USES && pictures === TICKET_USES,
    },
  ];
}

async function betweenSites(stage: Stage, peel: Peel): Promise<Figure[]> {
  stage.upstream.reset();
  const [ownA, both] = SITES.a as [string, string];
  const [ownB] = SITES.b as [string];
  const wrong: string[] = [];
  const expect = (what: string, isSo: boolean) => {
    if (!isSo) wrong.push(what);
  };

  // A proof of A, from every page of B.
  for (const [page, other] of [
    [ownA, ownB],
    [both, both],
    [both, ownB],
  ] as const) {
    const proof = await powOf(await factsOf(peel, 'a', page));
    const stolen = await askTicket(peel, proof, { site: 'b', headers: from(other) });
    expect(`proof of a at b from ${other}`, stolen.reason === 'PROOF_INVALID' && stolen.token === undefined);
    const own = await askTicket(peel, proof, { site: 'a', headers: from(page) });
    expect(`proof of a at a from ${page}`, own.token !== undefined);
  }
  // A ticket of A, from a page of B, and with the name of B in its place.
  const { token = '' } = await askTicket(peel, await powOf(await factsOf(peel, 'a', both)), {
    site: 'a',
    headers: from(both),
  });
  const [version, payload = '', mac] = token.split('.');
  const bytes = Buffer.from(payload, 'base64url');
  bytes[bytes.indexOf('a', 4)] = 'b'.charCodeAt(0);
  const renamed = [version, bytes.toString('base64url'), mac].join('.');
  const refused = [
    await askPicture(peel, newPrompt(WORDS), from(ownB, token)),
    await askPicture(peel, newPrompt(WORDS), from(ownB, renamed)),
    await askPicture(peel, newPrompt(WORDS), from(both, renamed)),
  ];
  expect(
    `ticket of a at b: ${refused}`,
    refused.every((status) => status === 401 || status === 403),
  );
  const before = paidCalls(stage, '').length;
  expect('calls at b', before === 0);
  expect('ticket of a at a', (await askPicture(peel, newPrompt(WORDS), from(both, token))) === 200);
  for (const each of wrong) stage.say(`strangers: ${each}`);
  return [
    {
      promise: 'Tickets or pictures of one site for a proof or ticket of another',
      figure: `${wrong.length}`,
      measuredOn:
        'proofs and tickets of two sites, from pages of either and a page of both, and tickets with the other site’s name',
      holds: wrong.length === 0,
    },
  ];
}
