/** The pages of `examples/` for frameworks: `<peel-studio>` without a wrapper in React, Preact, Vue and Svelte. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { installPackages } from '../../scripts/install-packages.ts';
import { FAKE_GOOGLE_KEY } from '../upstream/keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { bundlePage, FRAMEWORK_PAGES, type FrameworkPage } from './frameworks/pages.ts';
import { type Stage, startStage, type Visit } from './studio-stage.ts';

let upstream: FakeUpstream;
let stage: Stage;

beforeAll(async () => {
  installPackages(join(import.meta.dirname, 'frameworks'));
  upstream = await createFakeUpstream();
  upstream.script('[[size:40KB]]');
  stage = await startStage({ GOOGLE_API_KEYS: FAKE_GOOGLE_KEY, GOOGLE_BASE_URL: upstream.url });
});
afterAll(async () => {
  await stage?.close();
  await upstream?.close();
});

async function open(name: FrameworkPage): Promise<Visit> {
  const path = `/${name}.js`;
  stage.scripts.set(path, await bundlePage(name));
  return stage.open(`
    <script type="module" src="${stage.peel.url}/widget.js"></script>
    <script type="module" src="${path}"></script>
    <main></main>`);
}

describe.concurrent('an example', () => {
  it.for(FRAMEWORK_PAGES)('gives properties, hears events, and keeps its picture: %s', async (name, { expect }) => {
    await using visit = await open(name);
    const { page, studio, complaints } = visit;
    const poster = page.getByLabel('A poster');
    await studio.part('idea').nth(1).waitFor();
    expect(await studio.part('idea').allInnerTexts()).toEqual(['A lighthouse at dusk', 'A fox asleep in a teacup']);

    const settings = studio.part('settings-toggle');
    await poster.check();
    await settings.getByText('Portrait').waitFor();
    await poster.uncheck();
    await settings.getByText('Any').waitFor();
    await poster.check();
    const first = await studio.make(`a poster of ${name}`);
    await page.getByText('1 made').waitFor();
    await poster.uncheck();
    expect(await studio.address()).toBe(first);
    await studio.button('Use this picture').click();
    await page.locator(`main > img[src="${first}"]`).waitFor();

    await studio.press(`at night [[hold:${name}]]`);
    await expect.poll(() => upstream.requests.some(({ body }) => body?.includes(`[[hold:${name}]]`))).toBe(true);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await expect.poll(() => studio.host.count()).toBe(0);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    upstream.release(name);

    await studio.versions.nth(1).waitFor();
    expect(await studio.next(first)).not.toBe(first);
    await page.getByText('2 made').waitFor();
    expect(complaints).toEqual([]);
  });
});
