import { expect, it } from 'vitest';
import { daysBetween, primaryWhileWaiting } from '../../../widget/notes/pause.ts';
import '../../../widget/notes/view.ts';
import { NOTES } from '../../../widget/words/english/notes.ts';
import { Words } from '../../../widget/words/words.ts';

const at = (hour: number, minute = 0, day = 29) => new Date(2026, 10, day, hour, minute).getTime();
const NOW = at(13);
const in24Hours = new Words('en-GB', NOTES);

it.each([
  { name: 'seconds', until: NOW + 42_000, text: 'Ready in 0:42' },
  { name: 'a part of a second is a whole one', until: NOW + 41_001, text: 'Ready in 0:42' },
  { name: 'minutes', until: NOW + 185_000, text: 'Ready in 3:05' },
  { name: 'just under ten minutes', until: NOW + 599_000, text: 'Ready in 9:59' },
  { name: 'ten minutes', until: NOW + 600_000, text: 'Ready at 13:10' },
  { name: 'later today', until: at(14, 5), text: 'Ready at 14:05' },
  { name: 'tonight', until: at(23, 59), text: 'Ready at 23:59' },
  { name: 'tomorrow', until: at(2, 0, 30), text: 'Ready tomorrow, 02:00' },
  { name: 'in days', until: at(2, 0, 31), text: 'Ready on 1 December' },
])('the button tells the end of a pause: $name', ({ until, text }) => {
  expect(primaryWhileWaiting({ since: NOW, until }, NOW, in24Hours)?.text).toBe(text);
});

it('counts over midnight', () => {
  const midnight = at(23, 55);

  expect(primaryWhileWaiting({ since: midnight, until: midnight + 480_000 }, midnight, in24Hours)?.text).toBe(
    'Ready in 8:00',
  );
});

it('writes figures and times as the language does', () => {
  const arabic = new Words('ar-EG', NOTES);
  const american = new Words('en-US', NOTES);

  expect(primaryWhileWaiting({ since: NOW, until: NOW + 42_000 }, NOW, arabic)?.text).toBe('Ready in ٠:٤٢');
  expect(primaryWhileWaiting({ since: NOW, until: at(14, 5) }, NOW, american)?.text).toMatch(/^Ready at 2:05\sPM$/);
});

it('says whole words to a screen reader', () => {
  expect(primaryWhileWaiting({ since: NOW, until: NOW + 42_000 }, NOW, in24Hours)?.spoken).toBe('Ready in 42 seconds.');
  expect(primaryWhileWaiting({ since: NOW, until: NOW + 1000 }, NOW, in24Hours)?.spoken).toBe('Ready in 1 second.');
  expect(primaryWhileWaiting({ since: NOW, until: at(14, 5) }, NOW, in24Hours)?.spoken).toBe('Ready at 14:05');
});

it('tells how much of the pause is over', () => {
  const pause = { since: NOW, until: NOW + 60_000 };
  const shareAt = (ms: number) => primaryWhileWaiting(pause, NOW + ms, in24Hours)?.share;

  expect([-5000, 0, 15_000, 45_000].map(shareAt)).toEqual([0, 0, 0.25, 0.75]);
});

it('is over at its end', () => {
  expect(primaryWhileWaiting({ since: NOW, until: NOW + 1000 }, NOW + 1000, in24Hours)).toBeUndefined();
});

it('counts midnights and not hours', () => {
  expect(daysBetween(at(23, 59), at(0, 1, 30))).toBe(1);
  expect(daysBetween(at(0, 1), at(23, 59))).toBe(0);
  expect(daysBetween(at(12), at(12, 0, 36))).toBe(7);
});
