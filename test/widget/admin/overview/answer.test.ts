import { describe, expect, it } from 'vitest';
import { answerOf, leadOf } from '../../../../widget/admin/pages/overview/answer.ts';
import type { DeskOverview } from '../../../../worker/desk-protocol.ts';
import { EMPTY, NOW, OVERVIEW } from '../figures.ts';

const PAUSED = { at: NOW - 240_000, who: 'token', unheard: [] };
const SPENT = { ...OVERVIEW.today, spentMicros: 20_000_000 };
const NO_KEY = { ...OVERVIEW.alarms[1]!, name: 'key_refused' as const, facts: { keysLeft: 0 } };

/** Each is true of the one before it too, so the order decides. */
const ORDER: readonly [string, Partial<DeskOverview>][] = [
  [
    'Everything is paused since 17:44.',
    { paused: PAUSED, alarms: [NO_KEY], month: { ...OVERVIEW.month, spentMicros: 250_000_000 }, today: SPENT },
  ],
  [
    'Nothing is being drawn: no provider key works.',
    { alarms: [NO_KEY], month: { ...OVERVIEW.month, spentMicros: 250_000_000 }, today: SPENT },
  ],
  [
    'Spent for this month. New pictures from 1 December.',
    { month: { ...OVERVIEW.month, spentMicros: 250_000_000 }, today: SPENT },
  ],
  ['Spent for today. New pictures from 00:00 UTC.', { today: SPENT }],
  ['Every cap holds. Three things need a look.', {}],
  ['Every cap holds. One thing needs a look.', { alarms: OVERVIEW.alarms.slice(0, 1) }],
  ['All quiet. $5.36 of $20.00 today.', { alarms: [] }],
];

describe('the answer', () => {
  it.each(ORDER)('is the first that is true: %s', (answer, more) => {
    expect(answerOf({ ...OVERVIEW, ...more }, NOW)).toBe(answer);
  });

  it('says what is owed as spent', () => {
    const today = { ...OVERVIEW.today, owedMicros: 15_000_000 };
    expect(answerOf({ ...OVERVIEW, alarms: [], today }, NOW)).toBe('Spent for today. New pictures from 00:00 UTC.');
  });

  it('says that a demo’s money is play money', () => {
    expect(answerOf({ ...OVERVIEW, alarms: [], demo: true }, NOW)).toContain('play money');
  });

  it('of an empty day names the pages that showed the element', () => {
    expect(answerOf(EMPTY, NOW)).toBe('No picture yet today.');
    expect(leadOf(EMPTY)).toBe('Your pages: https://tidewater.example, last seen 09:12 UTC.');
    expect(leadOf({ ...EMPTY, sites: [] })).toBe('No page has shown the element today.');
  });

  it('of a pause says what is finished and who has not heard it', () => {
    expect(leadOf({ ...OVERVIEW, paused: { ...PAUSED, unheard: ['shop'] } })).toBe(
      '3 pictures that had started are being finished; after that nothing is spent. Kept pictures go on. It stays so until you resume. Shop has not heard it yet, and is told until it has.',
    );
  });
});
