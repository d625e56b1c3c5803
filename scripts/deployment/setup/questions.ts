/** The five questions. Each can be skipped with Enter. */
import { FIRST_TIER_USD } from '../../../widget/admin/sites/affordable.ts';
import { tagOf } from '../../../worker/providers/key-tag.ts';
import * as answers from '../answers.ts';
import { CannotGoOn } from '../cannot-go-on.ts';
import { checkKey, type KeyCheck } from '../google-key.ts';
import type { Session } from './session.ts';

/** What a site may spend unless its owner says otherwise, in dollars; and all sites together. */
const SITE = { day: 5, month: 50 };
const DEPLOYMENT = { day: 20, month: 200 };

const format = (number: number): string => number.toLocaleString('en-US');

/** @param stored Names of the secrets that the worker has. */
export async function askAll(session: Session, stored: readonly string[]): Promise<void> {
  const { isAsked } = session;
  const hasKey = isAsked('key') && (await askKey(session, stored));
  if (isAsked('origins')) await askPages(session);
  if (isAsked('budget')) await askDollars(session);
  if (isAsked('proof')) await askProof(session);
  if (hasKey) await askAdults(session);
}

/** @returns Whether there is a key, also one of an earlier run. */
async function askKey(session: Session, stored: readonly string[]): Promise<boolean> {
  const { terminal, env, only, secrets, isNonInteractive, title, grey, askHidden } = session;
  title(1, 'Provider key', 'Enter for the demo: no key, play money');
  const hasOne = stored.includes('GOOGLE_API_KEYS');
  if (hasOne && only === undefined && !env.GOOGLE_API_KEYS) {
    terminal.done('A Google key is stored. Another one: npm run setup -- --key');
    return true;
  }
  for (;;) {
    const typed = await askHidden('GOOGLE_API_KEYS', 'Google key, not shown as you type:');
    if (typed === undefined) return hasOne;
    const keys = typed.split(',').map((each) => each.trim());
    terminal.say(grey(`shown as ${keys.map(tagOf).join(', ')} from now on`));
    if (await isFit(session, keys[0] ?? '')) {
      secrets.GOOGLE_API_KEYS = typed;
      return true;
    }
    if (isNonInteractive) throw new CannotGoOn('GOOGLE_API_KEYS: the key was refused.');
  }
}

/** Tells what Google says of a key. @returns Whether it is to be stored. */
async function isFit({ terminal, env, askWhether }: Session, key: string): Promise<boolean> {
  const { done, warn } = terminal;
  const check: KeyCheck = await checkKey(key, env.GOOGLE_BASE_URL);
  switch (check.is) {
    case 'good':
      done(`Google knows it and lists ${check.pictureModels} picture models. One free call, no picture drawn.`);
      warn('Whether the project has billing shows with the first picture. Without billing Google draws no pictures.');
      return true;
    case 'unknown':
      warn('Google does not know this key. Copied whole?');
      return false;
    case 'api_off':
      warn(`It knows the key but not the API: switch on the Generative Language API at\n${check.link}`);
      return false;
    case 'refused':
      warn(`Google refuses the key: ${check.words}`);
      return false;
    case 'silent':
      return (await askWhether('STORE_UNCHECKED_KEY', 'No answer from Google. Store it anyway?')) ?? false;
  }
}

async function askPages(session: Session): Promise<void> {
  const { terminal, env, known, only, isNonInteractive, title, grey, ask, askWhether, remember } = session;
  title(2, 'Pages that may ask', 'several with a comma; Enter to do it later on the desk');
  if (known.origins && only === undefined && !env.SITE_ORIGINS) return terminal.done(known.origins.join(', '));
  const pages = await ask('SITE_ORIGINS', 'Address:', answers.parsePages);
  if (!pages) return;
  const origins = [...pages.origins];
  if (pages.shortened.length > 0) {
    const rule = ': an address as browsers write it, up to the first slash.';
    terminal.say(`${grey('Taken as')} ${pages.shortened.join(', ')}${grey(rule)}`);
  }
  for (const twin of isNonInteractive ? [] : answers.twinsOf(origins)) {
    if (await askWhether('', `Visitors also come to ${twin}?`)) origins.push(twin);
  }
  remember({ origins });
}

async function askDollars(session: Session): Promise<void> {
  const { terminal, known, today, title, grey, ask, remember } = session;
  const usual = { day: known.dailyUsd ?? SITE.day, month: known.monthlyUsd ?? SITE.month };
  title(3, 'Dollars', `Enter for ${usual.day} a day and ${usual.month} a month`);
  const amount = async (variable: string, period: string, otherwise: number) =>
    (await ask(variable, `A ${period} ${grey(`(${otherwise})`)}:`, answers.parseDollars)) ?? otherwise;
  const dailyUsd = await amount('SITE_DAILY_BUDGET_USD', 'day', usual.day);
  const monthlyUsd = await amount('SITE_MONTHLY_BUDGET_USD', 'month', usual.month);
  const about = answers.estimatePictures(Math.min(dailyUsd, monthlyUsd), today);
  if (about) {
    terminal.say(
      `About ${format(about.pictures)} pictures a day with ${about.model}. No spending goes past either cap.`,
    );
  }
  if (dailyUsd > monthlyUsd) {
    terminal.warn(
      `A month of $${format(monthlyUsd)} is less than a day of $${format(dailyUsd)}: the month ends first.`,
    );
  }
  if (monthlyUsd > FIRST_TIER_USD) {
    terminal.warn(
      `Google lets an account of tier 1 spend $${FIRST_TIER_USD} a month.\nAbove that it refuses, whatever Peel allows.`,
    );
  }
  raiseDeployment(session, dailyUsd, monthlyUsd);
  remember({ dailyUsd, monthlyUsd });
}

/** All sites together have caps of their own, which would otherwise be the lower ones. */
function raiseDeployment({ terminal, secrets }: Session, dailyUsd: number, monthlyUsd: number): void {
  const raised: string[] = [];
  if (dailyUsd > DEPLOYMENT.day) {
    secrets.DEPLOYMENT_DAILY_BUDGET_USD = String(dailyUsd);
    raised.push(`$${format(dailyUsd)} a day`);
  }
  if (monthlyUsd > DEPLOYMENT.month) {
    secrets.DEPLOYMENT_MONTHLY_BUDGET_USD = String(monthlyUsd);
    raised.push(`$${format(monthlyUsd)} a month`);
  }
  if (raised.length > 0) terminal.say(`The cap of all sites together becomes ${raised.join(' and ')} as well.`);
}

async function askProof({ known, title, ask, remember }: Session): Promise<void> {
  const otherwise = known.proof ?? 'pow';
  const number = otherwise === 'turnstile' ? 2 : 1;
  title(4, 'Bot check', `1 proof of work, needs nothing · 2 Turnstile, made for you; Enter for ${number}`);
  remember({ proof: (await ask('SITE_PROOF', '1 or 2:', answers.parseProof)) ?? otherwise });
}

async function askAdults(session: Session): Promise<void> {
  const { terminal, known, only, secrets, title, askWhether } = session;
  if (known.adultsDeclared) return declareAdults(session);
  if (only === undefined) title(5, 'Who it is for', 'the terms of Google ask');
  const isForAdults = await askWhether('ADULTS_DECLARED', 'Your page is not aimed at people under 18');
  if (isForAdults) return declareAdults(session);
  delete secrets.GOOGLE_API_KEYS;
  terminal.warn('Then Peel stays a demo.');
}

/** As a variable too: the site may have no record, or lose it. */
function declareAdults({ secrets, remember }: Session): void {
  secrets.ADULTS_DECLARED = 'yes';
  remember({ adultsDeclared: true });
}
