/**
 * What each alarm says: what happened, what Peel does by itself, and what the owner can do. Made of facts alone, so no
 * prompt, key or address can be in it.
 */
import { nameOfProvider } from '../catalog/model.ts';
import type { AlarmName } from '../desk-protocol.ts';
import { DOLLAR } from '../shared/money.ts';
import type { AlarmFacts, AlarmSignal } from './signal.ts';

const providerOf = ({ provider }: AlarmFacts): string => nameOfProvider(String(provider));

/** `site shop`, as it stands within a sentence. @param who As it begins one. */
const inside = (who: string): string => who.charAt(0).toLowerCase() + who.slice(1);

/** Dollars with two digits, under a cent with six. */
export function dollars(micros: number): string {
  const digits = micros !== 0 && Math.abs(micros) < DOLLAR / 100 ? 6 : 2;
  return `$${(micros / DOLLAR).toFixed(digits)}`;
}

/** `20:10 UTC`. @param at Unix milliseconds. */
const clock = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
/** `1 December`. */
function date(at: number | string): string {
  const day = new Date(at);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
}

const number = (facts: AlarmFacts, name: string): number => Number(facts[name] ?? 0);
const counted = (count: number, one: string, many: string): string => (count === 1 ? one : `${count} ${many}`);

/** When a period ends, in words. */
const endOf = ({ period, endsAt }: AlarmFacts): string =>
  period === 'month' ? `${date(Number(endsAt))}, 00:00 UTC` : '00:00 UTC';

/** Such as `Site shop has spent $2.80 of its $3.50 for today`. */
const spentOf = (who: string, facts: AlarmFacts): string =>
  `${who} has spent ${dollars(number(facts, 'spentMicros'))} of its ${dollars(number(facts, 'capMicros'))} for ${facts.period === 'month' ? 'this month' : 'today'}`;

/** Why a cap that is not spent refuses. Tenths of a cent, because that is how small a picture's hold can be. */
function restOf(facts: AlarmFacts): string {
  const [spent, cap, held] = ['spentMicros', 'capMicros', 'heldMicros'].map((name) => number(facts, name));
  if (!held || (spent ?? 0) >= (cap ?? 0)) return '';
  return `; the rest is less than a picture holds, $${(held / DOLLAR).toFixed(3)}`;
}

function nearing(who: string, facts: AlarmFacts): string {
  const spent = `${spentOf(who, facts)}, ${facts.percent} %.`;
  const since = facts.period === 'month' ? 'the month began' : 'midnight';
  const reached =
    facts.reachedAt === undefined
      ? `If it goes on as since ${since}, the cap is not reached before ${endOf(facts)}.`
      : `If it goes on as since ${since}, the cap is reached ${
          facts.period === 'month'
            ? `on ${date(Number(facts.reachedAt))}`
            : `at about ${clock(Number(facts.reachedAt))}`
        }.`;
  return `${spent} ${reached} New prompts are then refused until ${endOf(facts)}; kept pictures go on. Nothing is spent past it. Change the cap where it is too low.`;
}

const WORDS: Readonly<Record<AlarmName, (who: string, facts: AlarmFacts) => string>> = {
  budget_50: nearing,
  budget_80: nearing,
  budget_100: (who, facts) =>
    `${spentOf(who, facts)}${restOf(facts)}. New prompts are refused until ${endOf(facts)}; kept pictures go on. Change the cap to draw on sooner.`,
  spend_unusual: (who, facts) => {
    const usual = number(facts, 'usualMicros');
    const measure =
      usual > 0
        ? `${Math.round(number(facts, 'spentMicros') / usual)} times its usual ${dollars(usual)}`
        : 'where it usually spends nothing';
    return `${who} spent ${dollars(number(facts, 'spentMicros'))} since ${clock(Number(facts.since))}, ${measure}. The caps of the day, of a visitor and of a network hold. Look at what was drawn, and pause the site if it is not yours.`;
  },
  key_rests: (_, facts) => {
    const which = `${providerOf(facts)} key ${facts.key}`;
    const until = facts.until === undefined ? '' : ` until ${clock(Number(facts.until))}`;
    return `${which} rests${until}: ${facts.why}. ${carriesOn(facts)} A key of another project, or a higher quota, helps.`;
  },
  key_refused: (_, facts) =>
    `${providerOf(facts)} key ${facts.key} was refused at ${clock(Number(facts.since))}: ${facts.why}. ${carriesOn(facts)} Peel goes on asking it. Mend it at the provider, or replace it.`,
  price_stale: (_, facts) =>
    `${providerOf(facts)}’s price of ${facts.model} was last confirmed ${facts.days} days ago. Peel counts on with it. If it rose, caps hold in Peel’s dollars and not in the provider’s. Compare it with its source.`,
  price_ends: (_, facts) =>
    facts.state === 'ended'
      ? `${providerOf(facts)}’s price of ${facts.model} ended on ${date(String(facts.until))}. Peel does not draw at a guess, so it refuses this model there. Enter the price that holds.`
      : `${providerOf(facts)}’s price of ${facts.model} ends on ${date(String(facts.until))}. From then on Peel refuses this model there, because it does not draw at a guess. Enter the price that follows.`,
  model_ends: (_, facts) => {
    const sites = counted(number(facts, 'sites'), 'One site offers it', 'sites offer it');
    const when = facts.end === undefined ? 'is being retired' : `is retired after ${date(String(facts.end))}`;
    const then =
      facts.successor === undefined
        ? 'Nothing takes its place: requests for it are then refused. Choose another.'
        : `${facts.successor} takes its place by itself. Look whether its pictures and its price suit you.`;
    return `${facts.model} ${when}. ${sites}. ${then}`;
  },
  overrun: (who, facts) =>
    `${who} paid ${dollars(number(facts, 'overrunMicros'))} more than was held for ${counted(number(facts, 'pictures'), 'a picture', 'pictures')} of ${facts.model}. It counts in today’s spend, and what today cannot pay is taken off tomorrow. If it goes on, correct the price table.`,
  outcome_unknown: (who, facts) =>
    `${counted(number(facts, 'calls'), 'A call', 'calls')} of ${inside(who)} may have been charged, and no picture came. ${dollars(number(facts, 'micros'))} is counted as spent. Compare it with the provider’s bill.`,
  picture_lost: (who, facts) =>
    `${counted(number(facts, 'calls'), 'A picture', 'pictures')} of ${inside(who)} ${number(facts, 'calls') === 1 ? 'was' : 'were'} charged and never came whole. ${dollars(number(facts, 'micros'))} is counted as spent. The same request draws anew. Ask the provider for the money if it goes on.`,
  picture_reported: (who, facts) =>
    `A picture of ${inside(who)} was reported at ${clock(Number(facts.reportedAt))}. It is still at its address until you decide. Delete it or keep it.`,
  proof_none: (who, facts) =>
    `${who} has no bot check. Any script that copies a page’s address can spend its ${dollars(number(facts, 'capMicros'))} a day, and no more. Choose proof of work or Turnstile.`,
  proof_down: (_, facts) =>
    `Turnstile does not answer since ${clock(Number(facts.since))}. Visitors are let in by proof of work, for at most 10 % of a site’s cap. Check the secret key; if it is right, wait for Cloudflare.`,
  config_broken: (who, facts) => {
    const then =
      facts.state === 'closed'
        ? 'It has no good rules to go on with, so its visitors read that it is closed.'
        : 'Its last good rules are in force.';
    return `${who} could not be read: the field ${facts.field} breaks a rule. ${then} Mend the field, or save the site again.`;
  },
};

/** What becomes of requests while a key does not work. */
function carriesOn(facts: AlarmFacts): string {
  const left = number(facts, 'keysLeft');
  if (left === 0) return 'No provider key works: visitors read that pictures cannot be made now.';
  return left === 1 ? 'Another key carries on.' : `${left} other keys carry on.`;
}

/** The gravest first. */
export const GRAVITY: readonly AlarmName[] = [
  ...(['key_refused', 'budget_100', 'config_broken', 'overrun', 'picture_lost', 'outcome_unknown'] as const),
  ...(['spend_unusual', 'picture_reported', 'proof_none', 'proof_down', 'budget_80', 'budget_50'] as const),
  ...(['key_rests', 'price_ends', 'price_stale', 'model_ends'] as const),
];

/** The text of an alarm. */
export const textOf = ({ name, site, facts }: Pick<AlarmSignal, 'name' | 'site' | 'facts'>): string =>
  WORDS[name](site === undefined ? 'The deployment' : `Site ${site}`, facts);
