/** A site whose visitors fill in the owner's form: made by the owner over the API, used in a real browser. */

import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, startStage } from './studio-stage.ts';

const ADMIN_TOKEN = 'c4a1b7e09d3f52688e71d0a94bf6235e';
const SITE = 'mugs';

const TEMPLATE = {
  prompt: 'A hidden sentence around {{who}}, with a {{cake}} cake.',
  slots: [
    { name: 'who', label: 'For whom', type: 'text', maxLength: 24, required: true },
    { name: 'cake', label: 'Which cake', type: 'choice', choices: ['Lemon', 'Nut'], required: true },
    { name: 'face', label: 'A photo', type: 'photo' },
  ],
};

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ ADMIN_TOKEN });
  const saved = await fetch(`${stage.peel.url}/peel/admin/api/sites/${SITE}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      ...{ origins: [stage.origin], promptMode: 'template', template: TEMPLATE, proof: 'none' },
      ...{ limits: { visitorPerMinute: 100 }, budgets: { dailyUsd: 100, monthlyUsd: 100 } },
    }),
  });
  if (!saved.ok) throw new Error(await saved.text());
});
afterAll(() => stage?.close());

it('makes a picture of the values, and changes it by other values', async () => {
  await using visit = await stage.open(stage.tag(`site="${SITE}"`));
  const { page, studio, complaints } = visit;
  const bodies: { contents: { parts: { peelTemplate: object }[] }[] }[] = [];
  page.on('request', (request) => {
    if (request.url().includes(':streamGenerateContent')) bodies.push(request.postDataJSON());
  });
  const slots = studio.host.locator('.slots');

  await slots.getByLabel('For whom').fill('Grandma');
  await slots.getByText('Lemon', { exact: true }).click();
  await studio.part('submit').click();
  const first = await studio.next('');
  await studio.host.getByText('Change this one').click();
  await slots.getByText('Nut', { exact: true }).click();
  await studio.part('submit').click();
  const second = await studio.next(first);

  expect(bodies.map(({ contents }) => contents.map(({ parts }) => parts))).toEqual([
    [[{ peelTemplate: { slots: { who: 'Grandma', cake: 'Lemon' } } }]],
    [[{ peelTemplate: { slots: { who: 'Grandma', cake: 'Nut' }, previous: first } }]],
  ]);
  expect(second).not.toBe(first);
  await expect.poll(() => studio.versions.count()).toBe(2);
  expect(complaints).toEqual([]);
});

it('sends a photo in its slot', async () => {
  await using visit = await stage.open(stage.tag(`site="${SITE}"`));
  const { page, studio } = visit;
  const slots = studio.host.locator('.slots');
  await slots.getByLabel('For whom').fill('Grandpa');
  await slots.getByText('Nut', { exact: true }).click();

  await studio.host.evaluate(
    (element, bytes) => {
      const file = new File([Uint8Array.from(bytes)], 'face.png', { type: 'image/png' });
      return (element as unknown as { addReference(file: File): Promise<void> }).addReference(file);
    },
    await drawnPng(page),
  );
  const asked = page.waitForRequest((request) => request.url().includes(':streamGenerateContent'));
  await studio.part('submit').click();

  const { contents } = (await asked).postDataJSON() as { contents: { parts: unknown[] }[] };
  expect(contents[0]?.parts).toEqual([
    {
      peelTemplate: {
        slots: { who: 'Grandpa', cake: 'Nut', face: expect.stringMatching(/\/v1beta\/files\/[0-9a-f]{32}$/) },
      },
    },
  ]);
  expect(await studio.next('')).toContain('/images/');
});

/** A picture that a browser can decode. */
const drawnPng = (page: Page): Promise<number[]> =>
  page.evaluate(`
    const canvas = new OffscreenCanvas(64, 48);
    canvas.getContext('2d').fillRect(8, 8, 32, 32);
    canvas.convertToBlob().then(async (blob) => [...new Uint8Array(await blob.arrayBuffer())]);
  `);
