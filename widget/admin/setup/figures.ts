/** What Set-up says, made of what the worker saw. */
import type { DeskSetup, DeskStep, StepName } from '../../../worker/desk-protocol.ts';
import {
  capital,
  countInWords,
  formatMoney,
  formatMoneyExactly,
  formatNumber,
  formatTime,
  formatWait,
} from '../parts/format.ts';
import { picturesFor } from '../sites/affordable.ts';
import { SETUP, STEPS } from '../words/setup.ts';

const FULL_MONTH_DAYS = 31;

export const factText = ({ facts }: DeskStep, name: string): string => String(facts[name] ?? '');

export const factNumber = ({ facts }: DeskStep, name: string): number | undefined =>
  typeof facts[name] === 'number' ? facts[name] : undefined;

/** A fact that is several origins. */
export const factList = (step: DeskStep, name: string): string[] => factText(step, name).split(' ').filter(Boolean);

export const stepOf = (setup: DeskSetup, name: StepName): DeskStep | undefined =>
  setup.steps.find((step) => step.name === name);

export const isAllDone = (setup: DeskSetup): boolean => setup.steps.every(({ done }) => done);

export function answerOf(setup: DeskSetup): string {
  const left = setup.steps.filter(({ done }) => !done).length;
  const [runs, live] = [stepOf(setup, 'runs'), stepOf(setup, 'live')];
  if (runs && !runs.done) return SETUP.broken(factText(runs, 'broken'));
  if (left > 0 || !live) return SETUP.answer(capital(countInWords(left)), left === 1, setup.demo);
  const waitMs = factNumber(live, 'waitMs');
  return SETUP.done(
    hostOf(factText(live, 'origin')),
    formatTime(factNumber(live, 'at') ?? 0),
    formatMoneyExactly(factNumber(live, 'costMicros') ?? 0),
    waitMs === undefined ? '' : SETUP.wait(formatWait(waitMs)),
  );
}

export const hostOf = (origin: string): string => origin.replace(/^https?:\/\//, '');

/**
 * How many pictures both amounts are, and which ends first. Money is micro-dollars.
 *
 * @param held What a picture holds before it is drawn.
 */
export function picturesSentence(
  { day, month }: Record<'day' | 'month', number>,
  { micros: picture, held }: { micros: number | undefined; held: number | undefined },
  model: string,
): string {
  const words = STEPS.money;
  if (!picture || !(day > 0) || !(month > 0)) return words.noPrice;
  const perDay = Math.min(day, month);
  const lastDay = Math.ceil(month / day);
  const bites = day < month && lastDay <= FULL_MONTH_DAYS;
  return `${words.pictures(formatNumber(picturesFor(perDay, picture, held)), model)}${
    bites ? words.monthFirst(formatMoney(month), formatNumber(lastDay)) : ''
  }${words.wall}`;
}
