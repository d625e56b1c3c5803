/** What a site chooses for its visitors' trust: the label on a picture, and where one is reported. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { draw, FACTS, type FakeWorker, fakeWorker, find, inside, mount, tidyUp } from './support.ts';

let worker: FakeWorker;
beforeEach(() => {
  worker = fakeWorker();
});
afterEach(tidyUp);

it('a picture carries the mark AI where the site chooses it, with the words for who cannot see it', async () => {
  worker.site = () => Response.json({ ...FACTS, label: 'ai-mark' });
  const studio = await mount(worker);

  await draw(studio);

  const mark = inside(studio, '[part=badge] [role=img]');
  expect(mark.title).toBe('Made with AI');
  const { width, height } = inside(studio, '[part=badge] svg').getBoundingClientRect();
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(14);
  await page.getByRole('button', { name: 'Full screen' }).click();
  await vi.waitFor(() => expect(find(studio, '.viewer [part=badge] svg')).not.toBeNull());
});

it('a picture is reported from its menu, and only where the site takes reports', async () => {
  worker.site = () => Response.json({ ...FACTS, reports: 'here' });
  const studio = await mount(worker);
  await draw(studio);

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Report this picture' }).click();
  await expect.element(page.getByRole('dialog', { name: 'Report this picture' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  studio.remove();

  worker.site = () => Response.json(FACTS);
  const other = await mount(worker);
  await draw(other);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await expect.element(page.getByRole('menuitem', { name: 'Details' })).toBeVisible();
  expect(page.getByRole('menuitem', { name: 'Report this picture' }).query()).toBeNull();
});
