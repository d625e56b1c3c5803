/** Elements of two sites of one deployment on one page: each has its site's look, ticket and history. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, type Studio, startStage, studioOf } from './studio-stage.ts';

const ADMIN_TOKEN = 'c4a1b7e09d3f52688e71d0a94bf6235e';
const SITES = {
  candles: {
    look: { accent: '#7a3b52', radius: '2px' },
    ideas: [{ text: 'A candle on a sill' }],
    notice: 'Read this.',
  },
  posters: { look: { accent: '#0b6e4f', radius: '20px' }, ideas: [{ text: 'A poster of a fair' }] },
};

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ ADMIN_TOKEN });
  for (const [id, showcase] of Object.entries(SITES)) {
    const saved = await fetch(`${stage.peel.url}/peel/admin/api/sites/${id}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        ...{ ...showcase, origins: [stage.origin], limits: { visitorPerMinute: 100 } },
        budgets: { dailyUsd: 100, monthlyUsd: 100 },
      }),
    });
    if (!saved.ok) throw new Error(await saved.text());
  }
});
afterAll(() => stage?.close());

const page = () => ['candles', 'posters'].map((site) => stage.tag(`site="${site}" persist="session"`)).join('');

/** What the visitor sees of the site's look and words. */
const faceOf = async ({ host, part }: Studio) => ({
  accent: await part('submit').evaluate(
    (button) => button.ownerDocument.defaultView.getComputedStyle(button).backgroundColor,
  ),
  radius: await part('field')
    .first()
    .evaluate((field) => field.ownerDocument.defaultView.getComputedStyle(field).borderRadius),
  idea: await host.locator('[part~=idea]').first().innerText(),
});
const CANDLES = { accent: 'color(srgb 0.478431 0.231373 0.321569)', radius: '2px', idea: 'A candle on a sill' };
const POSTERS = { accent: 'color(srgb 0.0431373 0.431373 0.309804)', radius: '20px', idea: 'A poster of a fair' };

it('each has its own look, words, ticket and history', async () => {
  await using visit = await stage.open(page());
  const sites: string[] = [];
  visit.page.on('request', (request) => {
    if (request.url().endsWith('/peel/session')) sites.push((request.postDataJSON() as { site: string }).site);
  });
  const [candles, posters] = [0, 1].map((at) => studioOf(visit.page.locator('peel-studio').nth(at))) as [
    Studio,
    Studio,
  ];
  await posters.host.locator('[part~=idea]').first().waitFor();
  await candles.host.locator('[part~=idea]').first().waitFor();
  // Colours fade.
  await expect.poll(() => faceOf(candles)).toEqual(CANDLES);
  await expect.poll(() => faceOf(posters)).toEqual(POSTERS);

  const poster = await posters.make('a fair in spring');
  await candles.press('a candle for a fair');
  await candles.notice.getByText('Read this.').waitFor();
  await candles.part('submit').click();
  await candles.image.waitFor();
  const candle = await candles.address();
  await visit.page.reload();

  await posters.image.waitFor();
  await candles.image.waitFor();
  expect([await candles.address(), await posters.address()]).toEqual([candle, poster]);
  expect(sites.toSorted()).toEqual(['candles', 'posters']);
});

it('an element that its page gives another site takes on that site’s look and words, and its ticket', async () => {
  await using visit = await stage.open(stage.tag('site="candles"'));
  const { page, studio } = visit;
  await studio.host.getByText('A candle on a sill').waitFor();
  await studio.host.evaluate((host) => host.setAttribute('site', 'posters'));
  await studio.host.getByText('A poster of a fair').waitFor();
  await expect.poll(() => faceOf(studio)).toEqual(POSTERS);
  const asked = page.waitForRequest(/peel\/session/);

  await studio.make('a fair in autumn');

  expect((await asked).postDataJSON()).toMatchObject({ site: 'posters' });
});
