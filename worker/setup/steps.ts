/** The steps from a deployment to a picture on the owner's own page. Each is done when the worker sees that it is. */
import type { DeskKey, DeskSetup, DeskStep, StepName } from '../desk-protocol.ts';
import type { OriginCount } from '../ledger/origins.ts';
import type { PictureRow } from '../ledger/pictures.ts';
import { dayOf } from '../shared/utc.ts';
import { isListed } from '../sites/origins.ts';
import type { Site } from '../sites/site.ts';
import type { Probe } from './probes.ts';

/** A real picture that a visitor has drawn on a page of the site. */
export interface FirstPicture {
  origin: string;
  /** Unix milliseconds. */
  at: number;
  id: string;
  costMicros: number;
  waitMs?: number;
}

/** What the worker sees. */
export interface SetupSeen {
  version: string;
  demo: boolean;
  probes: readonly Probe[];
  /** The site's last pictures, newest first. */
  pictures: readonly PictureRow[];
  keys: readonly DeskKey[];
  /** Providers that check a key by a call that costs nothing. */
  checkable: readonly string[];
  site: Pick<Site, 'origins' | 'proof' | 'dayBudgetMicros' | 'monthBudgetMicros'>;
  /** A picture of the site's default model: its price, and the most that it can cost, which is held. Absent: not known. */
  picture?: { micros: number; heldMicros?: number; model: string };
  /** The budgets of all sites together. */
  deployment: { dayMicros: number; monthMicros: number };
  /** The owner has said what it may spend: in the site's record or by a variable. */
  saysBudget: boolean;
  /** Turnstile has its keys, and whether they are Cloudflare's test keys. */
  turnstile?: { isTest: boolean };
  adultsDeclared: boolean;
  /** It is the variables' site, which draws without that word. A record does not. */
  drawsUndeclared: boolean;
  /** Today's pages of the site. */
  admitted: readonly OriginCount[];
  refused: readonly OriginCount[];
  /** Seen before. */
  live?: FirstPicture;
}

/** Whether an origin is a page that visitors can open, and not one on the owner's machine. */
const isPublic = (origin: string): boolean =>
  !/^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\]|[^/]*\.localhost)(:\d+)?$/.test(origin) && origin !== 'null';

export const setupOf = (seen: SetupSeen): DeskSetup => ({
  demo: seen.demo,
  steps: [runs(seen), drawn(seen), key(seen), page(seen), money(seen), check(seen), adults(seen), live(seen)],
});

type Facts = Record<string, string | number | boolean | undefined>;

const step = (name: StepName, done: boolean, facts: Facts): DeskStep => ({
  ...{ name, done },
  facts: Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) as DeskStep['facts'],
});

function runs({ version, probes }: SetupSeen): DeskStep {
  const broken = probes.filter(({ ok }) => !ok);
  return step('runs', broken.length === 0, {
    ...{ version, ms: Math.max(0, ...probes.map(({ ms }) => ms)) },
    ...(broken.length > 0 && { broken: broken.map(({ binding }) => binding).join(', '), problem: broken[0]?.problem }),
  });
}

function drawn({ pictures }: SetupSeen): DeskStep {
  const [last] = pictures;
  if (!last) return step('drawn', false, {});
  const { at, id, provider = '', costMicros, waitMs } = last;
  return step('drawn', true, { at, id, costMicros, waitMs, demo: provider === 'demo' });
}

/** A key that was never asked counts as fit where its provider has no free call: nothing speaks against it. */
function key({ demo, keys, checkable }: SetupSeen): DeskStep {
  // It was asked just before, and no answer said anything of it.
  const isUnclear = ({ provider, since }: DeskKey): boolean => since === undefined && checkable.includes(provider);
  const fit = keys.find((each) => each.state !== 'stopped' && !isUnclear(each));
  const told = fit ?? keys[0];
  if (demo || !told) return step('key', false, {});
  const { provider, place, tag, state, why, status } = told;
  return step('key', fit !== undefined, {
    ...{ provider, place, tag, state, why, status },
    ...(isUnclear(told) && { unclear: true }),
  });
}

function page({ site, refused }: SetupSeen): DeskStep {
  const pages = site.origins.filter(isPublic);
  const strange = refused.filter(({ origin }) => isPublic(origin) && !site.origins.includes(origin));
  return step('page', pages.length > 0, {
    ...{ origin: pages[0], pages: pages.length, origins: listOf(pages) },
    // Listed, and out of visitors' reach.
    locals: listOf(site.origins.filter((origin) => !isPublic(origin))),
    ...{ refused: strange[0]?.origin, refusedCount: strange[0]?.count },
  });
}

/** A fact is one value. No origin has a space. */
const listOf = (origins: readonly string[]): string | undefined => origins.join(' ') || undefined;

const money = ({ site, picture, saysBudget, deployment }: SetupSeen): DeskStep =>
  step('money', saysBudget, {
    ...{ deploymentDayMicros: deployment.dayMicros, deploymentMonthMicros: deployment.monthMicros },
    ...{ dayMicros: site.dayBudgetMicros, monthMicros: site.monthBudgetMicros },
    ...{ pictureMicros: picture?.micros, heldMicros: picture?.heldMicros, model: picture?.model },
  });

/** Turnstile's test keys accept every visitor. In the demo that is fine, because pictures cost nothing. */
function check({ site, turnstile, demo }: SetupSeen): DeskStep {
  const isTest = site.proof === 'turnstile' && turnstile?.isTest === true;
  const done = site.proof === 'pow' || (site.proof === 'turnstile' && (demo || !isTest));
  return step('check', done, { kind: site.proof, test: isTest, turnstile: turnstile !== undefined });
}

const adults = ({ demo, adultsDeclared, drawsUndeclared }: SetupSeen): DeskStep =>
  step('adults', adultsDeclared, { ...(!adultsDeclared && !demo && { draws: drawsUndeclared }) });

function live(seen: SetupSeen): DeskStep {
  const first = seen.live ?? firstPicture(seen);
  const shown = shownOn(seen);
  if (first) return step('live', true, { line: 'done', ...first });
  return step('live', false, {
    line: shown ? 'shown' : 'waiting',
    ...(shown && { origin: shown.origin, at: shown.lastAt }),
  });
}

/** The listed page that was opened last today. */
const shownOn = ({ admitted, site }: SetupSeen): OriginCount | undefined =>
  admitted
    .filter(({ origin }) => isPublic(origin) && isListed(site.origins, origin))
    .toSorted((a, b) => b.lastAt - a.lastAt)[0];

/**
 * A real picture of a visitor on a day on which a listed page was opened. Pictures do not keep their page, so a picture
 * that the owner drew on the same day on the worker's own page counts as well.
 */
export function firstPicture(seen: SetupSeen): FirstPicture | undefined {
  const shown = shownOn(seen);
  const real = seen.pictures.find(
    ({ provider = 'demo', client, at }) =>
      provider !== 'demo' && client === undefined && shown !== undefined && dayOf(at) === dayOf(shown.lastAt),
  );
  if (!shown || !real) return undefined;
  const { at, id, costMicros, waitMs } = real;
  return { origin: shown.origin, at, id, costMicros, ...(waitMs !== undefined && { waitMs }) };
}
