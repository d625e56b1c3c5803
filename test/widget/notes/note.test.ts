import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../widget/api/model.ts';
import type { Problem } from '../../../widget/api/problem.ts';
import { MEANINGS, type Reason } from '../../../widget/api/reasons.ts';
import { type NoteState, noteOf, spokenNote } from '../../../widget/notes/note.ts';
import '../../../widget/notes/view.ts';
import { NOTES } from '../../../widget/words/english/notes.ts';
import type { Message } from '../../../widget/words/words.ts';
import { Words } from '../../../widget/words/words.ts';

const NOW = new Date(2026, 10, 29, 13, 0).getTime();
const HOUR = 3_600_000;
const words = new Words();

const REFUSAL: Refusal = { stage: 'prompt', reason: 'prompt-blocked', words: '', charged: 'no' };
const problem = (reason: Reason, more: Partial<Problem> = {}): Problem => ({ reason, message: 'A message.', ...more });
const titleOf = (state: NoteState) => {
  const note = noteOf(state, NOW);
  return words.say(note.title, note.values);
};
const textOf = (state: NoteState) => {
  const note = noteOf(state, NOW);
  return words.say(note.text, note.values);
};

const REASONS = Object.keys(MEANINGS) as Reason[];
const REFUSAL_REASONS = [
  'prompt-blocked',
  'picture-blocked',
  'too-similar',
  'language',
  'cut-short',
  'no-picture',
  'unknown',
] as const;

describe('every failure', () => {
  const states: [string, NoteState][] = [
    ...REASONS.map((reason): [string, NoteState] => [reason, { problem: problem(reason) }]),
    ...REASONS.map((reason): [string, NoteState] => [
      `${reason} with all that is known`,
      {
        problem: problem(reason, { requestId: '7f3a1c', unsent: true }),
        until: NOW + HOUR,
        perMinute: 3,
        fitsSmaller: true,
        reference: 2,
      },
    ]),
    ...REFUSAL_REASONS.map((reason): [string, NoteState] => [reason, { refusal: { ...REFUSAL, reason } }]),
    ...(['kind', 'size', 'count', 'address', 'upload', 'reference'] as const).map((reference): [string, NoteState] => [
      `reference: ${reference}`,
      { reference, n: 2 },
    ]),
    ...(['part', 'download', 'copy', 'link', 'share'] as const).map((trouble): [string, NoteState] => [
      trouble,
      { trouble },
    ]),
  ];

  it.each(states)('has whole words: %s', (_, state) => {
    const note = noteOf(state, NOW);
    const all = `${words.say(note.title, note.values)} ${words.say(note.text, note.values)}`;

    expect(words.say(note.title, note.values)).toMatch(/^[A-Z].*[^.]$/);
    expect(words.say(note.text, note.values)).toMatch(/^[A-Z].*\.$/);
    expect(all).not.toMatch(/[{}]|\b0\b/);
  });

  it.each(states)('says nothing of money, and none of our words: %s', (_, state) => {
    const note = noteOf(state, NOW);

    expect(`${words.say(note.title, note.values)} ${words.say(note.text, note.values)}`).not.toMatch(
      /charge|credit|cost|paid|money|token|prompt|generat|model|request/i,
    );
  });
});

it.each([
  { reason: 'prompt-blocked', title: 'That one can’t be drawn', links: ['words'] },
  { reason: 'picture-blocked', title: 'The picture was held back', links: ['words'] },
  { reason: 'too-similar', title: 'Too close to something that exists', links: ['words'] },
  { reason: 'no-picture', title: 'No picture came of it', links: ['words'] },
  { reason: 'unknown', title: 'No picture came of it', links: ['retry'] },
  { reason: 'cut-short', title: 'No picture came of it', links: ['retry'] },
  { reason: 'language', title: 'This language isn’t understood yet', links: ['words'] },
] as const)('a refusal counts, is urgent, and leaves with the words: $reason', ({ reason, title, links }) => {
  const state = { refusal: { ...REFUSAL, reason } };

  expect(titleOf(state)).toBe(title);
  expect(noteOf(state, NOW)).toMatchObject({ links, counts: true, urgent: true, isOfWords: true });
});

it.each([
  { reason: 'VISITOR_MINUTE', title: 'A short pause', links: [] },
  { reason: 'BURST', title: 'A short pause', links: [] },
  { reason: 'SITE_MINUTE', title: 'Many people are drawing right now', links: [] },
  { reason: 'VISITOR_DAY', title: 'That was your last picture for today', links: [] },
  { reason: 'DAILY_BUDGET_SPENT', title: 'Closed for today', links: [] },
  { reason: 'MONTHLY_BUDGET_SPENT', title: 'Closed for this month', links: [] },
  { reason: 'SITE_PAUSED', title: 'Closed for now', links: [] },
  { reason: 'OFFLINE', title: 'You are offline', links: ['look'] },
  { reason: 'CONNECTION_LOST', title: 'The connection broke', links: ['look'] },
  { reason: 'UNREACHABLE', title: 'The picture service doesn’t answer', links: ['retry'] },
  { reason: 'DEADLINE', title: 'This took too long', links: ['retry'] },
  { reason: 'OUTCOME_UNKNOWN', title: 'Nobody knows what became of it', links: ['take'] },
  { reason: 'PICTURE_UNREACHABLE', title: 'Your picture is ready but did not load', links: ['load', 'take'] },
  { reason: 'UNSUPPORTED_VALUE', title: 'Part of this page is out of date', links: ['reload'] },
  { reason: 'TICKET_MISMATCH', title: 'The check did not go through', links: ['retry', 'reload'] },
  { reason: 'UPSTREAM_BROKEN', title: 'That did not work', links: ['retry', 'take'] },
  { reason: 'CONFIG_BROKEN', title: 'That did not work', links: ['retry'] },
] as const)('a failure leads on: $reason', ({ reason, title, links }) => {
  const state = { problem: problem(reason) };

  expect(titleOf(state)).toBe(title);
  expect(noteOf(state, NOW)).toMatchObject({ links, counts: false });
});

it('interrupts for a failure and not for a pause', () => {
  expect(noteOf({ problem: problem('UPSTREAM_BROKEN') }, NOW).urgent).toBe(true);
  expect(noteOf({ problem: problem('VISITOR_MINUTE') }, NOW).urgent).toBe(false);
});

it('says how many pictures a minute has, where the page knows it', () => {
  const state = { problem: problem('VISITOR_MINUTE') };

  expect(textOf({ ...state, perMinute: 3 })).toBe(
    'That was 3 pictures in a minute, as many as this page makes for one person. Your text stays here.',
  );
  expect(textOf({ ...state, perMinute: 1 })).toContain('That was 1 picture in a minute');
  expect(textOf(state)).toBe('That was a lot at once. Your text stays here.');
});

it('does not send a visitor to tomorrow whose day opens again today', () => {
  const state = { problem: problem('VISITOR_DAY') };

  expect(textOf({ ...state, until: NOW + 2 * HOUR })).toContain('later today');
  expect(textOf({ ...state, until: NOW + 12 * HOUR })).toContain('tomorrow');
});

it('tells a spent month of the deployment from a spent day', () => {
  const state = { problem: problem('DEPLOYMENT_BUDGET_SPENT') };

  expect(titleOf({ ...state, until: NOW + 12 * HOUR })).toBe('Closed for today');
  expect(titleOf({ ...state, until: NOW + 96 * HOUR })).toBe('Closed for this month');
});

it('offers a smaller picture only for a budget', () => {
  expect(noteOf({ problem: problem('DAILY_BUDGET_SPENT'), fitsSmaller: true }, NOW).links).toEqual(['smaller']);
  expect(noteOf({ problem: problem('SITE_PAUSED'), fitsSmaller: true }, NOW).links).toEqual([]);
  expect(noteOf({ problem: problem('VISITOR_DAY'), fitsSmaller: true }, NOW).links).toEqual([]);
});

it('leaves when the pause is over', () => {
  expect(noteOf({ problem: problem('VISITOR_MINUTE'), until: NOW + 42_000 }, NOW).until).toBe(NOW + 42_000);
});

it('claims that nothing was sent only where nothing was', () => {
  expect(textOf({ problem: problem('OFFLINE', { unsent: true }) })).toContain('Nothing was sent.');
  expect(textOf({ problem: problem('OFFLINE') })).toBe('Your picture may be ready by now.');
});

it('offers no other take of what was never sent', () => {
  expect(noteOf({ problem: problem('ANSWER_UNREADABLE', { unsent: true }) }, NOW).links).toEqual(['retry']);
});

it('names a short code of the request, and only letters and digits of it', () => {
  expect(textOf({ problem: problem('UPSTREAM_BROKEN', { requestId: '7f3a9c00' }) })).toContain('code 7F3A.');
  expect(textOf({ problem: problem('UPSTREAM_BROKEN', { requestId: '<b>7f3a' }) })).not.toContain('code');
});

it('names the reference that cannot be used, and offers to remove that one', () => {
  expect(titleOf({ reference: 'reference', n: 2 })).toBe('Picture 2 can’t be used');
  expect(titleOf({ problem: problem('URI_NOT_ALLOWED'), reference: 3 })).toBe('Picture 3 can’t be used');
  expect(noteOf({ problem: problem('URI_NOT_ALLOWED') }, NOW)).toMatchObject({ title: 'noteSomeReference', links: [] });
});

it('quotes the beginning of what the model said, up to a word', () => {
  const long = noteOf({ refusal: { ...REFUSAL, words: 'I cannot draw that. '.repeat(100) } }, NOW).quote ?? '';

  expect(noteOf({ refusal: { ...REFUSAL, words: ' Not this. ' } }, NOW).quote).toBe('Not this.');
  expect(noteOf({ refusal: REFUSAL }, NOW).quote).toBeUndefined();
  expect(long.length).toBeLessThan(310);
  expect(long).toMatch(/^I cannot draw that\. .*(I|cannot|draw|that\.) …$/);
});

it('knows what became of the money, for sites that show prices', () => {
  expect(noteOf({ refusal: { ...REFUSAL, charged: 'yes' } }, NOW).cost).toBe('costYes');
  expect(noteOf({ problem: problem('DEADLINE') }, NOW).cost).toBe('costMaybe');
  expect(noteOf({ problem: problem('UNREACHABLE', { unsent: true }) }, NOW).cost).toBe('costNo');
});

it('is spoken as its first line and its sentence', () => {
  expect(spokenNote(noteOf({ trouble: 'part' }, NOW), words)).toBe(
    'Part of this page is out of date. Reload it; your text stays.',
  );
});

it('has no words that no note says', () => {
  const keys = Object.keys(NOTES).filter((key) => key.startsWith('note'));
  const said = new Set<string>(['noteCounts', 'noteSaid']);
  const known = { until: NOW + HOUR, perMinute: 3, reference: 1 };
  const states: NoteState[] = [
    ...REASONS.flatMap((reason): NoteState[] => [
      { problem: problem(reason) },
      { problem: problem(reason, { requestId: '7f3a', unsent: true }), ...known },
    ]),
    ...REFUSAL_REASONS.map((reason) => ({ refusal: { ...REFUSAL, reason } })),
    ...(['kind', 'size', 'count', 'address', 'upload', 'reference'] as const).map((reference) => ({ reference, n: 1 })),
    ...(['part', 'download', 'copy', 'link', 'share'] as const).map((trouble) => ({ trouble })),
  ];
  for (const state of states) {
    const { title, text } = noteOf(state, NOW);
    said.add(title).add(text);
  }

  expect(keys.filter((key) => !said.has(key))).toEqual([]);
});

it('writes no two sentences of a note longer than a screen reader’s breath', () => {
  const texts = Object.values<Message>(NOTES).flatMap((message) =>
    typeof message === 'string' ? [message] : Object.values(message),
  );

  expect(texts.filter((text) => text.length > 130)).toEqual([]);
});
