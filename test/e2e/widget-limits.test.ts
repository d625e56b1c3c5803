/** What an owner shows before the first picture, and where a visitor's minute ends. One visitor comes in all tests. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, startStage, type Visit } from './studio-stage.ts';

const WALL = [
  { image: '/favicon.svg', prompt: 'A lantern of paper', width: 1200, height: 800, alt: 'A lantern, lit' },
  { image: '/favicon.svg', prompt: 'A tall lantern', width: 600, height: 800 },
];
const NOTICE = 'Pictures are kept for 30 days. Do not upload photos of other people.';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({
    VISITOR_PER_MINUTE: '1',
    SITE_WALL: JSON.stringify(WALL),
    SITE_NOTICE: NOTICE,
    SITE_IDEAS: 'A hat,A scarf',
  });
});
afterAll(() => stage?.close());

const requestsOf = ({ page }: Visit): string[] => {
  const paths: string[] = [];
  page.on('request', (request) => paths.push(new URL(request.url()).pathname));
  return paths;
};

describe('before the first picture', () => {
  it('the owner’s wall gives words and a shape, and asks for no picture', async () => {
    await using visit = await stage.open(stage.tag());
    const { studio } = visit;
    const paths = requestsOf(visit);
    const samples = studio.part('idea');
    await samples.nth(1).waitFor();
    expect(await samples.locator('img').first().getAttribute('alt')).toBe('A lantern, lit');
    await expect
      .poll(() => samples.locator('img').evaluateAll((images) => images.map(({ naturalWidth }) => naturalWidth > 0)))
      .toEqual([true, true]);

    await samples.nth(1).click();

    expect(await studio.prompt.inputValue()).toBe('A tall lantern');
    await studio.part('settings-toggle').getByText('Portrait').waitFor();
    expect(paths.filter((path) => /generate/i.test(path))).toEqual([]);
  });

  it('the owner’s ideas stand where there is no wall', async () => {
    await using visit = await stage.open('<main></main>');
    const { page, studio } = visit;
    await changeFacts(page, { wall: [] });
    await page.setContent(stage.tag());

    await studio.part('idea').nth(1).waitFor();

    expect(await studio.part('idea').allInnerTexts()).toEqual(['A hat', 'A scarf']);
  });
});

it('reads the owner’s notice once, makes a picture, and waits for the next minute', async () => {
  await using visit = await stage.open(stage.tag());
  const { page, studio } = visit;
  await page.clock.install();
  const paths = requestsOf(visit);
  await studio.press('a lantern on a boat');
  await studio.notice.getByText(NOTICE).waitFor();
  expect(paths.filter((path) => path.includes('streamGenerate'))).toEqual([]);
  await studio.button('Got it, make picture').click();
  const first = await studio.next('');

  await studio.press('in the rain');
  await studio.notice.getByText('A short pause').waitFor();
  // From here on the page's time goes on only where the test says so.
  await page.clock.pauseAt((await page.evaluate<number>('Date.now()')) + 1000);
  const button = studio.part('submit');
  const readClock = async () => {
    const [, minutes, seconds] = /^Ready in (\d):(\d\d)$/.exec(await button.innerText()) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  };
  const left = await readClock();
  expect(left, await button.innerText()).toBeGreaterThan(0);
  expect(await button.getAttribute('aria-disabled')).toBe('true');
  expect([await studio.address(), await studio.prompt.inputValue()]).toEqual([first, 'in the rain']);
  await page.clock.runFor(6000);
  expect(left - (await readClock())).toBeGreaterThanOrEqual(5);
  // Second by second, because the word of the end is there for a few seconds.
  for (let more = left; more > 0 && (await button.getAttribute('aria-disabled')); more -= 1)
    await page.clock.runFor(1000);
  await studio.part('hint').getByText('You can go on.').waitFor();
  expect(await button.getAttribute('aria-disabled')).toBeNull();
  expect(await button.innerText()).toBe('Make the change');

  await page.clock.resume();
  await page.reload();
  await studio.press('another one');
  // Its minute may be over by then.
  await studio.notice.or(studio.image).first().waitFor();
  expect(await studio.host.getByText(NOTICE).count()).toBe(0);
});

/** The site's own facts, with others in place of some. */
const changeFacts = (page: Page, facts: object) =>
  page.route('**/peel/site?*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...facts } });
  });
