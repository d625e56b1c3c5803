/**
 * The kinds of request that are counted. Each has a deployment of its own, on ledgers that a request of the same kind
 * has warmed up.
 */
import {
  beginKind,
  CLIENT,
  from,
  generate,
  get,
  type Headers,
  LINK,
  newAddress,
  newPrompt,
  OWNER_TOKEN,
  openSession,
  openSite,
  pictureIn,
  proofOf,
  SSE,
  uploadAsSdk,
  uploadAtOnce,
  visitorOf,
} from './callers.ts';
import { type Counts, countOf, without } from './counts.ts';
import type { Stand } from './stand.ts';

interface Kind {
  name: string;
  count(stand: Stand): Promise<Counts>;
}

/** High enough that no kind but the refused ones reaches it. */
const AMPLE = {
  SITE_DAILY_BUDGET_USD: '1000',
  SITE_MONTHLY_BUDGET_USD: '10000',
  DEPLOYMENT_DAILY_BUDGET_USD: '1000',
  DEPLOYMENT_MONTHLY_BUDGET_USD: '10000',
};
/** Less than any picture costs. */
const NOTHING = '0.000001';

/** Room for four pictures, of which two sites have made three. */
const LAST_SLICE = '0.4';

/** Longer than an isolate remembers a refusal, and shorter than it remembers the catalog. */
const AFTER_REFUSAL_MS = 6_000;
/** Longer than an isolate keeps its tally, or the counts of all visitors, to itself. */
const AFTER_TALLY_MS = 120_000;
/** Longer than a provider can withdraw a picture, from when on caches may keep it. */
const LONG_MS = 900_000;
const DAY_MS = 86_400_000;

const deploy = (stand: Stand, variables: Record<string, string> = {}): Promise<void> =>
  stand.deploy(newPrompt(), { ...AMPLE, ...variables });

const warm = async (stand: Stand, act: () => Promise<unknown>): Promise<void> => {
  await act();
  await stand.quiet();
};

/** Lets time pass. Another request then reads the catalog, which an isolate does once a minute. */
async function pass(stand: Stand, ms: number): Promise<void> {
  await stand.advance(ms);
  await warm(stand, () => openSession(stand.url, newAddress()));
}

/** A request that costs the same each time. */
const each = (name: string, act: (stand: Stand) => Promise<unknown>, requests = 1): Kind => ({
  name,
  async count(stand) {
    await deploy(stand);
    await warm(stand, () => act(stand));
    return countOf(await stand.count(() => act(stand)), requests);
  },
});

/**
 * A request of a visitor that has a ticket and has not been counted yet.
 *
 * @param afterMs Time since another visitor's.
 */
const ofVisitor = (
  name: string,
  act: (stand: Stand, visitor: Headers) => Promise<unknown>,
  { afterMs = 0 } = {},
): Kind => ({
  name,
  async count(stand) {
    await deploy(stand);
    await warm(stand, async () => act(stand, await visitorOf(stand.url)));
    if (afterMs > 0) await pass(stand, afterMs);
    const visitor = await visitorOf(stand.url);
    return countOf(await stand.count(() => act(stand, visitor)), 1);
  },
});

/**
 * A request for what an earlier isolate has kept, after another of its kind.
 *
 * @param isAgain Whether this isolate has just answered the same.
 */
const ofKept = (
  name: string,
  act: (stand: Stand, prompt: string, caller: Headers) => Promise<unknown>,
  { isAgain = false } = {},
): Kind => ({
  name,
  async count(stand) {
    await deploy(stand);
    const caller = name.includes('visitor') ? await visitorOf(stand.url) : CLIENT;
    const prompts = [newPrompt(), newPrompt()] as const;
    for (const prompt of prompts) await warm(stand, () => generate(stand.url, prompt, caller));
    await stand.startIsolate();
    for (const prompt of isAgain ? prompts : [prompts[0]]) await warm(stand, () => act(stand, prompt, caller));
    return countOf(await stand.count(() => act(stand, prompts[1], caller)), 1);
  },
});

interface PictureOptions {
  /** Time since the other picture was asked for. */
  afterMs?: number;
  /** How often the same has been asked for in this isolate, once a long while. */
  times?: number;
}

/** A request for a picture by its address, after one for another picture. */
const ofPicture = (
  name: string,
  act: (address: string) => Promise<unknown>,
  { afterMs = 0, times = 0 }: PictureOptions = {},
): Kind => ({
  name,
  async count(stand) {
    await deploy(stand);
    const addresses: string[] = [];
    for (const prompt of [newPrompt(), newPrompt()]) {
      await warm(stand, async () =>
        addresses.push(pictureIn(await generate(stand.url, prompt, { ...CLIENT, ...LINK }))),
      );
    }
    await stand.startIsolate();
    const [first = '', second = ''] = addresses;
    await warm(stand, () => act(first));
    if (afterMs > 0) await pass(stand, afterMs);
    for (let time = 0; time < times; time += 1) {
      await warm(stand, () => act(second));
      await pass(stand, LONG_MS);
    }
    return countOf(await stand.count(() => act(second)), 1);
  },
});

const joiner: Kind = {
  name: 'joiner, added to its miss',
  async count(stand) {
    const lone = await MISS.count(stand);
    await deploy(stand);
    await warm(stand, () => generate(stand.url, newPrompt(), CLIENT));
    const prompt = newPrompt();
    const join = () => generate(stand.url, prompt, CLIENT);
    return without(countOf(await stand.countJoined(join, join), 2), lone);
  },
};

const refuse = (stand: Stand, caller: Headers = CLIENT) => generate(stand.url, newPrompt(), caller, { status: 429 });

/** @param isRemembered Whether this isolate has refused a moment ago. */
const overBudget = (name: string, variables: Record<string, string>, isRemembered = false): Kind => ({
  name,
  async count(stand) {
    await deploy(stand, variables);
    await warm(stand, () => refuse(stand));
    if (!isRemembered) await stand.advance(AFTER_REFUSAL_MS);
    return countOf(await stand.count(() => refuse(stand)), 1);
  },
});

/** @param seesKv Whether this location has seen that the visitor's day is used up. */
const ofSpentVisitor = (name: string, { seesKv = false, isRemembered = false }): Kind => ({
  name,
  async count(stand) {
    await deploy(stand, { VISITOR_PER_DAY: '1' });
    const spent = await visitorOf(stand.url);
    await warm(stand, () => generate(stand.url, newPrompt(), spent));
    if (!seesKv) await stand.forgetKv();
    await stand.startIsolate();
    await warm(stand, async () => generate(stand.url, newPrompt(), await visitorOf(stand.url)));
    if (isRemembered) await warm(stand, () => refuse(stand, spent));
    return countOf(await stand.count(() => refuse(stand, spent)), 1);
  },
});

/** What an isolate's tally costs after one request. */
const tallyOf = (name: string, isHit: boolean): Kind => ({
  name,
  async count(stand) {
    await deploy(stand);
    const prompt = newPrompt();
    await warm(stand, () => generate(stand.url, prompt, CLIENT));
    await stand.advance(AFTER_TALLY_MS);
    await warm(stand, () => generate(stand.url, isHit ? prompt : newPrompt(), CLIENT));
    return countOf(await stand.count(() => stand.advance(AFTER_TALLY_MS)), 0);
  },
});

/** A ring of a ledger's alarm when all money has been settled. */
const ringOf = (ledger: string): Kind => ({
  name: `alarm of the ${ledger} ledger`,
  async count(stand) {
    await deploy(stand);
    return countOf(await stand.countRing(ledger, () => generate(stand.url, newPrompt(), CLIENT)), 0);
  },
});

/** @param isFirst In its isolate. */
const ofSite = (name: string, isFirst: boolean): Kind => ({
  name,
  async count(stand) {
    await deploy(stand);
    const page = from(newAddress());
    const site = () => get(`${stand.url}/peel/site`, page);
    await warm(stand, site);
    if (isFirst) await stand.startIsolate();
    return countOf(await stand.count(site), 1);
  },
});

/** A picture in a quiet hour: it alone makes the ledgers' alarms ring. */
const lone: Kind = {
  name: 'miss inline, client, the only one in an hour',
  async count(stand) {
    await deploy(stand);
    await warm(stand, () => generate(stand.url, newPrompt(), CLIENT));
    await stand.restLedgers();
    return countOf(await stand.countWithLedgers(() => generate(stand.url, newPrompt(), CLIENT)), 1);
  },
};

/** A picture for which the ledgers begin a new day. */
const firstOfDay: Kind = {
  name: 'miss inline, client, the first of a day',
  async count(stand) {
    await deploy(stand);
    await warm(stand, () => generate(stand.url, newPrompt(), CLIENT));
    await stand.restLedgers();
    await pass(stand, DAY_MS);
    return countOf(await stand.count(() => generate(stand.url, newPrompt(), CLIENT)), 1);
  },
};

/** A visitor's picture for which the ledgers begin a new day. */
const firstOfVisitors: Kind = {
  name: 'miss inline, visitor, the first of a day',
  async count(stand) {
    await deploy(stand);
    await warm(stand, async () => generate(stand.url, newPrompt(), await visitorOf(stand.url)));
    await stand.restLedgers();
    await pass(stand, DAY_MS);
    const visitor = await visitorOf(stand.url);
    return countOf(await stand.count(() => generate(stand.url, newPrompt(), visitor)), 1);
  },
};

/** A picture of a site that shares the deployment's budget with another one. */
const ofSharing = (
  name: string,
  { variables = {}, before }: { variables?: Record<string, string>; before: (stand: Stand) => Promise<unknown> },
): Kind => ({
  name,
  async count(stand) {
    await deploy(stand, { ADMIN_TOKEN: OWNER_TOKEN, ...variables });
    const key = await openSite(stand.url, 'posters');
    for (const caller of [CLIENT, key, CLIENT]) await warm(stand, () => generate(stand.url, newPrompt(), caller));
    await before(stand);
    return countOf(await stand.count(() => generate(stand.url, newPrompt(), CLIENT)), 1);
  },
});

const MISS = each('miss inline, client', ({ url }) => generate(url, newPrompt(), CLIENT));
const rendition = (address: string) => get(`${address}?w=160`);

/** Requests that have no caller-made part: an isolate's tallies and the ledgers' alarms. */
export const BACKGROUND: readonly Kind[] = [
  tallyOf('tally after one hit', true),
  tallyOf('tally after one miss', false),
  ringOf('site'),
  ringOf('deployment'),
];

export const KINDS: readonly Kind[] = [
  MISS,
  lone,
  firstOfDay,
  ofSharing('miss inline, client, of two sites', { before: async () => undefined }),
  ofSharing('miss inline, client, of two sites, the first of a day', {
    before: async (stand) => {
      await stand.restLedgers();
      await pass(stand, DAY_MS);
    },
  }),
  ofSharing('miss inline, client, of two sites, the last of the budget', {
    variables: { DEPLOYMENT_DAILY_BUDGET_USD: LAST_SLICE },
    before: async () => undefined,
  }),
  each('miss link, client', ({ url }) => generate(url, newPrompt(), { ...CLIENT, ...LINK })),
  each('miss SSE inline, client', ({ url }) => generate(url, newPrompt(), CLIENT, SSE)),
  each('miss of a picture without signatures', ({ url }) => generate(url, newPrompt('[[signature:0]]'), CLIENT)),
  each('miss of a picture with a large signature', ({ url }) =>
    generate(url, newPrompt('[[signature:9KB]] [[size:20KB]]'), CLIENT),
  ),
  ofVisitor('miss inline, visitor', ({ url }, visitor) => generate(url, newPrompt(), visitor)),
  firstOfVisitors,
  ofVisitor('miss SSE link, visitor (the widget)', ({ url }, visitor) =>
    generate(url, newPrompt(), { ...visitor, ...LINK }, SSE),
  ),
  joiner,
  ofKept('hit inline, client', ({ url }, prompt, caller) => generate(url, prompt, caller)),
  ofKept('hit link, client', ({ url }, prompt, caller) => generate(url, prompt, { ...caller, ...LINK })),
  ofKept('hit inline again, client', ({ url }, prompt, caller) => generate(url, prompt, caller), { isAgain: true }),
  ofKept('hit link again, client', ({ url }, prompt, caller) => generate(url, prompt, { ...caller, ...LINK }), {
    isAgain: true,
  }),
  ofKept('hit inline, visitor', ({ url }, prompt, caller) => generate(url, prompt, caller)),
  each('no-store, client', ({ url }) => generate(url, newPrompt(), { ...CLIENT, 'Cache-Control': 'no-store' })),
  each('countTokens, client', ({ url }) => generate(url, newPrompt(), CLIENT, { form: 'countTokens' })),
  overBudget('refused, budget of the site', { SITE_DAILY_BUDGET_USD: NOTHING }),
  overBudget('refused, budget of the deployment', { DEPLOYMENT_DAILY_BUDGET_USD: NOTHING }),
  overBudget('refused, remembered', { SITE_DAILY_BUDGET_USD: NOTHING }, true),
  ofSpentVisitor('visitor refused at the edge', { seesKv: true }),
  ofSpentVisitor('visitor refused by the ledger', {}),
  ofSpentVisitor('visitor refused, remembered', { isRemembered: true }),
  ofPicture('picture', (address) => get(address)),
  ofPicture('picture, 304', async (address) => {
    await get(address, { 'If-None-Match': '*' }, 304);
  }),
  ofPicture('picture, Range', (address) => get(address, { Range: 'bytes=0-9' }, 206)),
  ofPicture('picture, second time', (address) => get(address), { times: 1 }),
  ofPicture('picture, third time', (address) => get(address), { times: 2 }),
  ofPicture('rendition, first', rendition, { afterMs: AFTER_TALLY_MS }),
  ofPicture('rendition, second time', rendition, { times: 1 }),
  each('upload at once, client', ({ url }) => uploadAtOnce(url, CLIENT)),
  ofVisitor('upload at once, visitor', ({ url }, visitor) => uploadAtOnce(url, visitor), { afterMs: AFTER_TALLY_MS }),
  each('upload by the SDK, client', ({ url }) => uploadAsSdk(url, CLIENT), 2),
  each('session', ({ url }) => openSession(url, newAddress())),
  {
    name: 'session, proof of work',
    async count(stand) {
      const [first, address] = [newAddress(), newAddress()];
      await deploy(stand, { SITE_PROOF: 'pow' });
      await openSession(stand.url, first, await proofOf(stand.url, first));
      const proof = await proofOf(stand.url, address);
      await stand.quiet();
      return countOf(await stand.count(() => openSession(stand.url, address, proof)), 1);
    },
  },
  ofSite('site, first', true),
  ofSite('site, again', false),
];

/** Counts one kind. */
export function countKind({ name, count }: Kind, stand: Stand): Promise<Counts> {
  beginKind(name);
  return count(stand);
}
