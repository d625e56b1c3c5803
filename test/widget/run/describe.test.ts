import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../widget/api/model.ts';
import type { Problem } from '../../../widget/api/problem.ts';
import { fireFor, reasonOf, spokenAt, spokenFor, usualText } from '../../../widget/run/describe.ts';
import type { Generation } from '../../../widget/run/generation.ts';
import { STAGE } from '../../../widget/words/english/stage.ts';
import { addEnglish, Words } from '../../../widget/words/words.ts';
import { orderOf } from '../thread/turns.ts';

addEnglish(STAGE);

const words = new Words();
const IDLE: Generation = { status: 'idle' };
const order = orderOf('a fox');
const WORKING: Generation = {
  status: 'generating',
  phase: 'drawing',
  startedAt: 0,
  order: { ...order, settings: { ...order.settings, expectedMs: 12_000 } },
};
const REFUSAL: Refusal = { stage: 'prompt', reason: 'prompt-blocked', words: 'No.', charged: 'no' };
const problem = (own: Partial<Problem>): Problem => ({ reason: 'UPSTREAM_BROKEN', message: 'M', ...own });

function fired(to: Generation, from: Generation = WORKING) {
  const target = new EventTarget();
  const seen: unknown[] = [];
  for (const type of ['peel-preview', 'peel-refused', 'peel-limited', 'peel-exhausted', 'peel-error']) {
    target.addEventListener(type, (event) => seen.push([type, (event as CustomEvent).detail]));
  }
  fireFor(target, from, to);
  return seen;
}

describe('the event of a state', () => {
  it.each<{ name: string; to: Generation; event: unknown }>([
    {
      name: 'a thought',
      to: { ...WORKING, status: 'previewing', thought: 'Hm.' },
      event: ['peel-preview', { thought: 'Hm.', draftUrl: undefined, final: false }],
    },
    {
      name: 'a refusal',
      to: { status: 'refused', refusal: REFUSAL },
      event: ['peel-refused', { stage: 'prompt', reason: 'prompt-blocked', charged: 'no' }],
    },
    {
      name: 'a pause',
      to: { status: 'limited', problem: problem({ reason: 'SITE_MINUTE' }), since: 0, until: 9000 },
      event: ['peel-limited', { retryAt: new Date(9000), scope: 'site' }],
    },
    {
      name: 'a day that is used up',
      to: { status: 'exhausted', problem: problem({ reason: 'VISITOR_DAY' }), since: 0, until: 9000 },
      event: ['peel-exhausted', { scope: 'visitor', resetsAt: new Date(9000) }],
    },
    {
      name: 'a budget without an end',
      to: { status: 'exhausted', problem: problem({ reason: 'DAILY_BUDGET_SPENT' }), since: 0 },
      event: ['peel-exhausted', { scope: 'site', resetsAt: undefined }],
    },
    {
      name: 'an error',
      to: { status: 'error', problem: problem({ requestId: 'req-1' }) },
      event: ['peel-error', { code: 'UPSTREAM_BROKEN', retryable: true, charged: 'maybe', requestId: 'req-1' }],
    },
    {
      name: 'no network before anything was sent',
      to: { status: 'offline', problem: problem({ reason: 'OFFLINE', unsent: true }) },
      event: ['peel-error', { code: 'OFFLINE', retryable: true, charged: 'no', requestId: undefined }],
    },
  ])('is fired for $name', ({ to, event }) => {
    expect(fired(to)).toEqual([event]);
  });

  it('is not fired again for a thought that is told already', () => {
    const seen: Generation = { ...WORKING, status: 'previewing', thought: 'Hm.' };

    expect(fired({ ...seen, phase: 'opening' }, seen)).toEqual([]);
  });

  it.each<Generation>([IDLE, { status: 'done' }, WORKING])('is none for $status', (state) => {
    expect(fired(state)).toEqual([]);
  });
});

it('names the reason of a state that has one', () => {
  expect(reasonOf({ status: 'refused', refusal: REFUSAL })).toBe('prompt-blocked');
  expect(reasonOf({ status: 'error', problem: problem({}) })).toBe('UPSTREAM_BROKEN');
  expect(reasonOf(IDLE)).toBeUndefined();
});

describe('what is spoken', () => {
  it('is the beginning, with how long it takes where that is known, in the right number', () => {
    expect(spokenFor(IDLE, WORKING, words, 12_400)).toBe('Making your picture, about 12 seconds.');
    expect(spokenFor(IDLE, WORKING, words, 900)).toBe('Making your picture, about 1 second.');
    expect(spokenFor(IDLE, WORKING, words, undefined)).toBe('Making your picture.');
  });

  it('is nothing while the work goes on, or for an end that has a note', () => {
    expect(spokenFor(WORKING, { ...WORKING, phase: 'opening' }, words, 12_000)).toBeUndefined();
    expect(spokenFor(WORKING, { status: 'error', problem: problem({}) }, words, 12_000)).toBeUndefined();
  });

  it('is a fact', () => {
    expect(spokenFor(WORKING, { status: 'idle', fact: 'stoppedUnsent' }, words, undefined)).toBe('Stopped.');
  });

  it('is said each 15 seconds and not at once, and an overrun and a long wait once', () => {
    const spoken = Array.from({ length: 125 }, (_, at) => [at, spokenAt(WORKING, words, at * 1000)]).filter(
      ([, text]) => text,
    );

    expect(spoken).toEqual([
      [15, 'Still working.'],
      [19, 'taking longer than usual'],
      [30, 'Still working.'],
      [45, 'Still working.'],
      [60, 'Still working.'],
      [75, 'Still working.'],
      [90, 'Still working.'],
      [105, 'Still working.'],
      [120, 'You can leave this page. Your picture is kept here.'],
    ]);
  });
});

it('writes the usual time as a range', () => {
  expect(usualText(words, 12_000)).toBe('usually 10 to 15\u00a0s');
  expect(usualText(words, undefined)).toBeUndefined();
});
