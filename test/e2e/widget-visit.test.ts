/** A whole visit with `<peel-studio>`, in front of the fake Google: from the first words to the picture that is ordered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page, Request, Route } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_GOOGLE_KEY } from '../upstream/keys.ts';
import { createFakeUpstream, type FakeUpstream } from '../upstream/server.ts';
import { type Stage, startStage } from './studio-stage.ts';

const PHOTO = join(import.meta.dirname, '../widget/wide.png');

let upstream: FakeUpstream;
let stage: Stage;

beforeAll(async () => {
  upstream = await createFakeUpstream();
  upstream.script('[[size:40KB]]');
  stage = await startStage({
    GOOGLE_API_KEYS: FAKE_GOOGLE_KEY,
    GOOGLE_BASE_URL: upstream.url,
  });
});
afterAll(async () => {
  await stage?.close();
  await upstream?.close();
});

/** Words that no other test uses: the same words would find the same picture. */
let count = 0;
function words(subject: string): string {
  count += 1;
  return `${subject}, number ${count}`;
}

interface Part {
  text?: string;
  fileData?: { fileUri: string };
}

/** The requests for pictures that a page sends, oldest first. */
function requestsOf(page: Page): Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().includes(':streamGenerateContent')) requests.push(request);
  });
  return requests;
}

/** The worker gets the next request for a picture, and the page does not hear of it. @returns When the worker has it. */
function withholdAnswer(page: Page): Promise<Request> {
  const asked = page.waitForRequest('**/*:streamGenerateContent*');
  void page.route('**/*:streamGenerateContent*', (route) => route.fetch().catch(() => undefined), { times: 1 });
  return asked;
}

/** The next request for a picture goes out, and its connection ends when the returned function is called. */
async function breakAnswer(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const handle = async (route: Route) => {
    void route.fetch().catch(() => undefined);
    await promise;
    await route.abort('internetdisconnected');
  };
  await page.route('**/*:streamGenerateContent*', handle, { times: 1 });
  return resolve;
}

/** The parts of the visitor's last turn. */
const partsOf = (request: Request | undefined): Part[] =>
  (request?.postDataJSON() as { contents: { parts: Part[] }[] } | undefined)?.contents.at(-1)?.parts ?? [];

describe.concurrent('a visitor', () => {
  it('makes a picture, changes it twice, takes another one, and goes on from the first version', async () => {
    await using visit = await stage.open(stage.tag());
    const { studio, complaints } = visit;

    const first = await studio.make(words('a lighthouse'));
    expect(new URL(first).origin).toBe(stage.peel.url);
    const second = await studio.make('at dusk');
    const third = await studio.make('with a boat');
    await studio.part('submit').click();
    const fourth = await studio.next(third);
    expect(new Set([first, second, third, fourth]).size).toBe(4);
    await studio.versions.first().click();
    expect(await studio.next(fourth)).toBe(first);
    const branch = await studio.make('in fog');

    expect(await studio.versions.count()).toBe(5);
    expect(branch).not.toBe(first);
    await studio.part('caption').getByText('changed from version 1').waitFor();
    expect(complaints).toEqual([]);
  });

  it('adds pictures of their own, from a file and by dropping one', async () => {
    await using visit = await stage.open(stage.tag());
    const { page, studio, complaints } = visit;
    const requests = requestsOf(page);

    const chooser = page.waitForEvent('filechooser');
    await studio.button('Add pictures').click();
    await (await chooser).setFiles(PHOTO);
    await studio.part('reference').waitFor();
    await drop(studio.host, readFileSync(PHOTO));
    await studio.part('reference').nth(1).waitFor();
    await studio.make(words('picture 1 beside picture 2'));

    const files = partsOf(requests[0]).flatMap(({ fileData }) => fileData?.fileUri ?? []);
    expect(files).toEqual([expect.stringMatching(/\/v1beta\/files\//), expect.stringMatching(/\/v1beta\/files\//)]);
    expect(new Set(files).size).toBe(2);
    expect(complaints).toEqual([]);
  });

  it('marks a place in full screen, changes it, and compares before and after', async () => {
    await using visit = await stage.open(stage.tag());
    const { page, studio, complaints } = visit;
    const requests = requestsOf(page);
    const before = await studio.make(words('a pond'));

    await studio.image.click();
    const dialog = studio.part('dialog');
    await dialog.getByRole('button', { name: 'Mark a place' }).click();
    await studio.part('region').waitFor();
    await dialog.getByRole('button', { name: 'Mark this place' }).click();
    await dialog.waitFor({ state: 'detached' });
    await studio.host.getByText('in the marked place').waitFor();
    const after = await studio.make('a duck');
    await studio.button('Before and after').click();

    const sent = partsOf(requests[1]);
    expect(sent.map(({ text = '' }) => text).join(' ')).toMatch(/a duck.*\d+% to \d+% of the width/s);
    // A copy with the place drawn on it goes along.
    expect(sent.filter(({ fileData }) => fileData)).toHaveLength(1);
    const pictures = studio.part('compare').locator('img');
    expect(await pictures.evaluateAll((images) => images.map((image) => image.getAttribute('src')))).toEqual([
      before,
      after,
    ]);
    const line = () => studio.part('compare-handle').evaluate((handle) => handle.getBoundingClientRect().left);
    const middle = await line();
    await page.keyboard.press('Tab');
    await studio.part('compare').getByRole('slider').press('ArrowRight');
    expect(await line()).toBeGreaterThan(middle);
    expect(complaints).toEqual([]);
  });
});

describe.concurrent('an order form', () => {
  it('carries picture and words to the shop without a script', async () => {
    await using visit = await stage.open(stage.example('order-form.html'));
    const { page: tab, studio } = visit;
    await tab.getByLabel('Your name').fill('Ada');
    await tab.getByRole('button', { name: 'Order' }).click();
    // The browser itself says what is missing and stays.
    expect(stage.orders).toEqual([]);
    const prompt = words('a mug with a whale');
    const address = await studio.make(prompt);
    await tab.getByRole('button', { name: 'Order' }).click();
    expect(stage.orders).toEqual([]);

    await studio.button('Print this one').click();
    await tab.getByRole('button', { name: 'Order' }).click();
    await tab.getByText('Thank you').waitFor();

    expect(Object.fromEntries(stage.orders[0] ?? [])).toEqual({
      picture: address,
      'picture.prompt': prompt,
      'picture.alt': expect.stringContaining('whale'),
      customer: 'Ada',
    });
  });
});

describe.concurrent('a reload', () => {
  it.each(['', 'persist="session"', 'persist="local"'])('while a picture is made finds it: %s', async (persist) => {
    await using visit = await stage.open(stage.tag(persist));
    const { page, studio, complaints } = visit;
    const requests = requestsOf(page);
    const asked = withholdAnswer(page);
    await studio.press(words('a heron'));
    await asked;

    await page.reload();
    await studio.image.waitFor();

    expect(requests).toHaveLength(2);
    expect(requests[1]?.postData()).toBe(requests[0]?.postData());
    expect(complaints).toEqual([]);
  });

  it('keeps the versions of this tab', async () => {
    await using visit = await stage.open(stage.tag('persist="session"'));
    const { page, studio } = visit;
    await studio.make(words('a heron'));
    const shown = await studio.make('at night');

    await page.reload();
    await studio.versions.nth(1).waitFor();

    expect(await studio.address()).toBe(shown);
    expect(await studio.make('in rain')).not.toBe(shown);
  });

  it('offers the pictures of this browser, until they are cleared', async () => {
    await using visit = await stage.open(stage.tag('persist="local"'));
    const { page, studio } = visit;
    const shown = await studio.make(words('a heron'));

    await page.reload();
    await studio.host.getByRole('button', { name: /^Open: a heron/ }).click();
    await studio.image.waitFor();
    expect(await studio.address()).toBe(shown);
    await page.reload();
    await studio.button('Clear').click();
    await studio.button('Clear').click();
    await studio.host.getByText('Your pictures').waitFor({ state: 'detached' });
    await page.reload();
    await studio.part('idea').first().waitFor();

    expect(await studio.host.getByText('Your pictures').count()).toBe(0);
  });
});

describe.concurrent('a second tab', () => {
  it('shows what the first one makes, where the page keeps pictures in the browser', async () => {
    await using one = await stage.open(stage.tag('persist="local"'));
    const asked = withholdAnswer(one.page);
    await one.studio.press(words('a swan'));
    await asked;

    await using two = await stage.open(stage.tag('persist="local"'), { context: one.page.context() });

    await two.studio.image.waitFor();
  });

  it('offers what the first one has made meanwhile', async () => {
    await using one = await stage.open(stage.tag('persist="local"'));
    await using two = await stage.open(stage.tag('persist="local"'), { context: one.page.context() });
    await two.studio.part('idea').first().waitFor();

    const address = await one.studio.make(words('a swan'));
    await two.studio.host.getByRole('button', { name: /^Open: a swan/ }).click();

    expect(await two.studio.next('')).toBe(address);
  });

  it('shows nothing of the first one where the page keeps them in the tab', async () => {
    await using one = await stage.open(stage.tag('persist="session"'));
    const asked = withholdAnswer(one.page);
    await one.studio.press(words('a swan'));
    await asked;

    await using two = await stage.open(stage.tag('persist="session"'), { context: one.page.context() });
    const requests = requestsOf(two.page);
    await two.studio.part('idea').first().waitFor();
    await two.page.waitForLoadState('networkidle');

    expect(requests).toEqual([]);
  });
});

describe.concurrent('without a network', () => {
  it('words stay, and can be sent when it is back', async () => {
    await using visit = await stage.open(stage.tag());
    const { page, studio } = visit;
    const first = await studio.make(words('a raven'));

    await page.context().setOffline(true);
    await studio.press('in snow');
    await studio.notice.getByText('You are offline').waitFor();
    expect([await studio.address(), await studio.prompt.inputValue()]).toEqual([first, 'in snow']);
    await page.context().setOffline(false);
    await studio.part('hint').getByText('You are online again.').waitFor();
    await studio.part('submit').click();

    expect(await studio.next(first)).not.toBe(first);
  });

  it('a picture that was being made is found when it is back', async ({ expect }) => {
    await using visit = await stage.open(stage.tag());
    const { page, studio } = visit;
    const requests = requestsOf(page);
    const paid = () => upstream.requests.filter(({ body }) => body?.includes(prompt));
    const prompt = `${words('a raven')} [[hold:a raven]]`;
    const cut = await breakAnswer(page);
    await studio.press(prompt);
    await expect.poll(paid).toHaveLength(1);

    await page.context().setOffline(true);
    cut();
    await studio.notice.waitFor();
    await page.context().setOffline(false);
    upstream.release('a raven');
    await studio.image.waitFor();

    expect(new Set(requests.map((request) => request.postData())).size).toBe(1);
    expect(paid()).toHaveLength(1);
  });
});

describe.concurrent('a site with a form of its own', () => {
  const SLOTS = [
    { name: 'animal', label: 'Your animal', type: 'text', maxLength: 24, choices: [], required: true },
    { name: 'hat', label: 'Its hat', type: 'choice', maxLength: 0, choices: ['a crown', 'a beret'], required: true },
  ];

  it('sends what a visitor fills in, and no words', async () => {
    await using made = await stage.open(stage.tag());
    const address = await made.studio.make(words('a cat with a crown'));
    await using visit = await stage.open('<main></main>');
    const { page, studio, complaints } = visit;
    await page.route('**/peel/site?*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        response: answer,
        json: { ...(await answer.json()), promptMode: 'template', slots: SLOTS },
      });
    });
    const bodies: unknown[] = [];
    await page.route('**/*:streamGenerateContent*', async (route) => {
      // Browsers ask for permission by themselves.
      if (route.request().method() !== 'POST') return route.continue();
      bodies.push(route.request().postDataJSON());
      const parts = [{ fileData: { mimeType: 'image/png', fileUri: address } }];
      await route.fulfill({
        headers: { 'Content-Type': 'text/event-stream', 'Access-Control-Allow-Origin': stage.origin },
        body: `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] })}\r\n\r\n`,
      });
    });
    await page.setContent(stage.tag());

    await studio.host.getByLabel('Your animal').waitFor();
    const ideas = await studio.part('idea').count();
    await studio.part('submit').click();
    await studio.host.getByText('Please fill this in.').first().waitFor();
    expect(bodies).toEqual([]);
    await studio.host.getByLabel('Your animal').fill('a cat');
    await studio.host.getByText('a crown').click();
    await studio.part('submit').click();

    await studio.image.waitFor();
    expect(bodies).toMatchObject([
      { contents: [{ role: 'user', parts: [{ peelTemplate: { slots: { animal: 'a cat', hat: 'a crown' } } }] }] },
    ]);
    // Words to start from would have no place to go to.
    expect([await studio.prompt.count(), ideas]).toEqual([0, 0]);
    expect(complaints).toEqual([]);
  });
});

/** Drops a picture on the element, as from a folder: into the page goes what the browser would hand over. */
async function drop(host: Locator, bytes: Buffer): Promise<void> {
  const dataTransfer = await host.evaluateHandle(({ ownerDocument }, base64) => {
    const data = new ownerDocument.defaultView.DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'dropped.png'));
    return data;
  }, bytes.toString('base64'));
  for (const type of ['dragenter', 'dragover', 'drop']) await host.dispatchEvent(type, { dataTransfer });
}
