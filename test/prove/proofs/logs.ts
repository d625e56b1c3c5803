/**
 * Every log line of a long run of faults and load, searched for what must never be in one: words of prompts, addresses of
 * visitors, keys and secrets, pages that a visitor came from, what a reporter wrote, the webhook's address.
 */
import { randomBytes } from 'node:crypto';
import { FAKE_GOOGLE_KEYS } from '../../upstream/keys.ts';
import { bodyOf, MODEL } from '../ask.ts';
import { createScan, type Leak } from '../canaries.ts';
import type { Fault } from '../fault.ts';
import { faultyScript, setFaults } from '../faulty.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { ADMIN_TOKEN, CLIENT_KEY, ORIGIN, type Peel, SECRET, startPeel } from '../peel.ts';
import type { Stage } from '../stage.ts';

const LINES: Record<Effort, number> = { full: 100_000, short: 400 };
const IN_FLIGHT = 48;
/** Requests under one fault, and without one between two of them. */
const UNDER_FAULT: Record<Effort, number> = { full: 210, short: 20 };
const BETWEEN: Record<Effort, number> = { full: 6_000, short: 60 };
const ANSWERS_MS = 20_000;

const random = (bytes = 12): string => randomBytes(bytes).toString('hex');
const PROMPT = `canary-prompt-${random()}`;
const PAGE = `canary-page-${random()}`;
const FILE = `canary-file-${random()}`;
const REPORT = `canary-report-${random()}`;
const HOOK = `canary-hook-${random()}`;
const AGENT = `canary-agent-${random()}`;
const STRANGER_KEY = `pk_canary${random(16)}`;
const WRONG_TOKEN = `canary-token-${random()}`;
/** TEST-NET-3 and documentation addresses, which nothing else has. */
const V4 = '203.0.113.77';
const V6 = '2001:db8:cafe:beef::77';

const CANARIES = {
  ...{ prompt: PROMPT, page: PAGE, 'file name': FILE, 'report words': REPORT, 'webhook address': HOOK, agent: AGENT },
  ...{ 'IPv4 address': V4, 'IPv4 network': '203.0.113.', 'IPv6 address': V6, 'IPv6 network': '2001:db8:cafe' },
  ...{ 'IPv6 written out': '2001:0db8:cafe:beef' },
  ...{ 'client key': CLIENT_KEY, 'key of a stranger': STRANGER_KEY, 'wrong admin token': WRONG_TOKEN },
  ...{ 'admin token': ADMIN_TOKEN, 'Peel’s secret': SECRET, 'provider key': FAKE_GOOGLE_KEYS[0] },
  'second provider key': FAKE_GOOGLE_KEYS[1],
};

const FAULTS: readonly (readonly Fault[])[] = [
  [{ call: 'BUCKET.get', does: 'fail' }],
  [{ call: 'BUCKET.put', does: 'fail' }],
  [{ call: 'KV.get', does: 'fail' }],
  [{ call: 'KV.put', does: 'fail' }],
  [{ call: 'LEDGER.settle', does: 'fail' }],
  [{ call: 'LEDGER.reserve', does: 'fail' }],
  [{ call: 'GENERATION.ask', does: 'fail' }],
  [{ call: 'LEDGER.count', does: 'fail' }],
  [{ call: 'LEDGER.ringAlarms', does: 'fail' }],
];
/** Each is waited for until its bound ends. */
const HANGS: typeof FAULTS = [
  [{ call: 'BUCKET.put', about: '/manifests/', does: 'hang', times: 2 }],
  [{ call: 'LEDGER.confirm', does: 'hang', times: 2 }],
];
const CHOSEN: Record<Effort, typeof FAULTS> = { full: [...FAULTS, ...HANGS], short: FAULTS };

/** What the provider does with most requests: its keys go on. */
const FINE_WORDS = [
  ...['', '[[answer:picture_first]]', '[[answer:declined]]', '[[answer:text]]', '[[finish:SAFETY]]', '[[block:OTHER]]'],
  ...['[[echo-key:text]]', '[[echo-key:header]]', '[[usage:odd]]', '[[answer:thoughts]]', '[[images:2]]'],
];
/** And with a few, after which keys rest for a while. */
const TROUBLE_WORDS = [
  ...['[[error:400_invalid_argument]]', '[[truncate:0.5]]', '[[error:503_overloaded]]', '[[reset:50%]]'],
  ...['[[error:429_quota]] [[retry:1s]]', '[[garbage:json]]', '[[error:500]]', '[[garbage:html]]', '[[error:502]]'],
  ...['[[reset:headers]]', '[[garbage:binary]]', '[[answer:empty_object]]', '[[redirect:https://elsewhere.example/]]'],
  '[[echo-key:error]]',
];
const PROVIDER_WORDS = FINE_WORDS.length + TROUBLE_WORDS.length;
const TROUBLE_EVERY = 40;

function providerWords(n: number): string {
  const isTrouble = n % TROUBLE_EVERY === TROUBLE_EVERY - 1;
  if (isTrouble) return TROUBLE_WORDS[Math.floor(n / TROUBLE_EVERY) % TROUBLE_WORDS.length]!;
  return FINE_WORDS[n % FINE_WORDS.length]!;
}

type Send = (peel: Peel, n: number) => Promise<unknown>;

const FROM = (n: number): Record<string, string> => ({
  'Content-Type': 'application/json',
  'CF-Connecting-IP': n % 2 === 0 ? V4 : V6,
  'X-Forwarded-For': `${V4}, ${V6}`,
  Referer: `${ORIGIN}/${PAGE}?from=${PAGE}`,
  'User-Agent': `${AGENT}/1.0`,
});

async function post(peel: Peel, path: string, headers: Record<string, string>, body: string): Promise<string> {
  const answer = await fetch(peel.url + path, {
    ...{ method: 'POST', headers, body, redirect: 'manual' },
    signal: AbortSignal.timeout(ANSWERS_MS),
  });
  return answer.text();
}

const GENERATE = `/v1beta/models/${MODEL}:generateContent`;
const STREAM = `/v1beta/models/${MODEL}:streamGenerateContent?alt=sse`;
const asClient = (n: number) => ({ ...FROM(n), 'x-goog-api-key': CLIENT_KEY });
const words = (n: number): string => `${PROMPT} ${n} ${providerWords(n)} [[size:tiny]]`;

/** A ticket of a visitor, who proves nothing on this site. */
async function asVisitor(peel: Peel, n: number): Promise<Record<string, string>> {
  const headers = { ...FROM(n), Origin: ORIGIN };
  const { token } = JSON.parse(await post(peel, '/peel/session', headers, '{}')) as { token?: string };
  return { ...headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
}

/** What callers send, right and wrong. Each carries canaries wherever it can. */
const SENDS: readonly Send[] = [
  (peel, n) => post(peel, GENERATE, asClient(n), bodyOf(words(n))),
  (peel, n) => post(peel, STREAM, asClient(n), bodyOf(words(n))),
  (peel, n) => post(peel, GENERATE, { ...asClient(n), 'Cache-Control': 'no-store' }, bodyOf(words(n))),
  (peel, n) => post(peel, GENERATE, { ...asClient(n), 'Peel-Images': 'link' }, bodyOf(words(n))),
  async (peel, n) => post(peel, GENERATE, await asVisitor(peel, n), bodyOf(words(n))),
  (peel, n) => post(peel, GENERATE, { ...FROM(n), 'x-goog-api-key': STRANGER_KEY }, bodyOf(words(n))),
  (peel, n) => post(peel, `${GENERATE}?key=${STRANGER_KEY}`, FROM(n), bodyOf(words(n))),
  (peel, n) => post(peel, `${GENERATE}?q=${PROMPT}`, asClient(n), `{"contents": "${PROMPT}`),
  (peel, n) => post(peel, GENERATE, asClient(n), JSON.stringify({ [PROMPT]: PROMPT, contents: [] })),
  (peel, n) =>
    post(peel, GENERATE, asClient(n), JSON.stringify({ contents: [{ role: PROMPT, parts: [{ text: PROMPT }] }] })),
  (peel, n) => post(peel, `/v1beta/models/${PROMPT}:generateContent`, asClient(n), bodyOf(words(n))),
  (peel, n) =>
    post(
      peel,
      GENERATE,
      asClient(n),
      JSON.stringify({
        systemInstruction: { parts: [{ text: PROMPT }] },
        contents: [{ role: 'user', parts: [{ text: PROMPT }, { fileData: { fileUri: `https://x.example/${FILE}` } }] }],
      }),
    ),
  (peel, n) =>
    post(
      peel,
      GENERATE,
      asClient(n),
      JSON.stringify({
        contents: [{ role: 'user', parts: [{ text: PROMPT }, { inlineData: { mimeType: FILE, data: btoa(PROMPT) } }] }],
      }),
    ),
  (peel, n) =>
    post(peel, GENERATE, { ...FROM(n), Origin: ORIGIN, Authorization: `Bearer ${PROMPT}` }, bodyOf(words(n))),
  (peel, n) => post(peel, `/${PAGE}/${PROMPT}?x=${PROMPT}`, asClient(n), PROMPT),
  (peel, n) =>
    post(
      peel,
      '/upload/v1beta/files',
      { ...asClient(n), 'X-Goog-Upload-Protocol': 'resumable', 'X-Goog-Upload-Command': 'start' },
      JSON.stringify({ file: { displayName: FILE } }),
    ),
  (peel, n) =>
    post(
      peel,
      '/peel/report',
      { ...FROM(n), Origin: ORIGIN },
      JSON.stringify({ image: `${peel.url}/images/${FILE}/0.png`, words: REPORT }),
    ),
  (peel, n) =>
    post(peel, '/peel/admin/api/login', { ...FROM(n), Origin: peel.url }, JSON.stringify({ token: WRONG_TOKEN })),
  (peel, n) => post(peel, '/peel/admin/api/pause', { ...FROM(n), Authorization: `Bearer ${WRONG_TOKEN}` }, '{}'),
  (peel, n) =>
    post(peel, '/peel/admin/api/sites/shop/check', asOwner(n), JSON.stringify({ origins: [PAGE], notice: PROMPT })),
  (peel, n) =>
    post(
      peel,
      '/peel/admin/api/dry-run',
      asOwner(n),
      JSON.stringify({ as: 'visitor', request: { contents: [{ parts: [{ text: PROMPT }] }] } }),
    ),
];

/** The owner's own address has no wrong token behind it. */
const asOwner = (n: number) => ({
  ...FROM(n),
  'CF-Connecting-IP': '198.51.100.9',
  Authorization: `Bearer ${ADMIN_TOKEN}`,
});

async function nameWebhook(peel: Peel): Promise<void> {
  const body = JSON.stringify({ address: `https://hooks.peel.example/${HOOK}` });
  const answer = await fetch(`${peel.url}/peel/admin/api/alarms/webhook`, { method: 'PUT', headers: asOwner(0), body });
  if (!answer.ok) throw new Error(`No webhook: ${answer.status} ${await answer.text()}`);
}

/** Kinds that reach no provider, storage or object. Each writes its line at once, so that a run of minutes has very many. */
const CHEAP: readonly Send[] = [5, 6, 7, 8, 9, 10, 13, 14].map((at) => SENDS[at]!);
const CHEAP_OF: Record<Effort, number> = { full: 10, short: 2 };

/** What comes next in a round without faults: of so many requests all but one are cheap. */
const nextSend = (n: number, effort: Effort): Send =>
  n % CHEAP_OF[effort] === 0 ? SENDS[(n / CHEAP_OF[effort]) % SENDS.length]! : CHEAP[n % CHEAP.length]!;

/** Sends a round of requests. Broken connections and timeouts are what the faults are for. */
async function sendRound(peel: Peel, from: number, count: number, pick: (n: number) => Send): Promise<void> {
  let next = from;
  const work = async (): Promise<void> => {
    for (let n = next++; n < from + count; n = next++) {
      await pick(n)(peel, Math.floor(n / SENDS.length)).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
}

export async function proveLogs(stage: Stage, effort: Effort): Promise<Figure[]> {
  const scan = createScan(CANARIES);
  const leaks = new Map<string, string>();
  const events = new Map<string, number>();
  let lines = 0;
  const odd: string[] = [];
  const look = (line: string): void => {
    lines += 1;
    for (const { canary, spelling } of scan(line)) note(leaks, { canary, spelling }, line);
    const event = eventOf(line);
    if (event === undefined && !WORKERD.test(line)) odd.push(line);
    if (event === undefined) return;
    events.set(event, (events.get(event) ?? 0) + 1);
  };
  const script = await faultyScript(stage);
  const variables = {
    GOOGLE_API_KEYS: FAKE_GOOGLE_KEYS.slice(0, 2).join(','),
    ...{ VISITOR_PER_MINUTE: '1000000', VISITOR_PER_DAY: '1000000', SITE_PER_MINUTE: '1000000' },
  };
  const peel = await startPeel(script, stage.upstream.url, variables, { 'site:gifts': `{"origins": "${PAGE}"}` }, look);
  let requests = 0;
  const faults = CHOSEN[effort];
  try {
    await nameWebhook(peel);
    for (let round = 0; lines < LINES[effort]; round += 1) {
      await setFaults(peel, faults[round % faults.length]!);
      await sendRound(peel, requests, UNDER_FAULT[effort], (n) => SENDS[n % SENDS.length]!);
      await setFaults(peel, []);
      await sendRound(peel, requests + UNDER_FAULT[effort], BETWEEN[effort], (n) => nextSend(n, effort));
      requests += UNDER_FAULT[effort] + BETWEEN[effort];
      stage.upstream.reset();
      stage.say(`logs: ${many(lines, 'line')} of ${many(requests, 'request')}, ${events.size} events`);
    }
  } finally {
    await setFaults(peel, []).catch(() => undefined);
    await peel.close();
  }
  stage.say(`logs: ${[...events].map(([event, count]) => `${event} ${count}`).join(', ')}`);
  for (const line of odd.slice(0, 3)) stage.say(`logs: odd: ${line.slice(0, 300)}`);
  for (const [what, line] of leaks) stage.say(`logs: ${what} in ${line}`);
  const measuredOn = `${many(lines, 'log line')} of ${many(events.size, 'event')}, ${many(requests, 'request')} of ${SENDS.length} kinds under ${faults.length} faults of bindings and ${PROVIDER_WORDS} behaviours of the provider; ${Object.keys(CANARIES).length} words, each as it is, URL-encoded, in base64 at three offsets, in hexadecimal digits`;
  return [
    {
      promise: 'Log lines with a prompt, an address, a key, a page or a reporter’s words',
      ...{ figure: `${leaks.size}`, measuredOn, holds: leaks.size === 0 },
    },
    {
      promise: 'Log lines that are not one JSON object with its event',
      figure: `${odd.length}`,
      measuredOn,
      holds: odd.length === 0,
    },
  ];
}

const note = (leaks: Map<string, string>, { canary, spelling }: Leak, line: string): void => {
  leaks.set(`${canary}, ${spelling}`, line.slice(0, 300));
};

/** Lines of workerd's own: a name that does not resolve, on a machine without a network. */
const WORKERD = /^(?:e = |stack: |\S+\.c\+\+:)/;

/** @returns undefined for a line that is not one of the worker's. */
function eventOf(line: string): string | undefined {
  try {
    const { event } = JSON.parse(line) as { event?: unknown };
    return typeof event === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
