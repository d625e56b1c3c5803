/**
 * The owner's desk in a real browser in front of a whole deployment: from the log-in over a picture on a page of another
 * origin to its deletion and the pause, once with the mouse and once by keyboard alone.
 */
import type { BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, startStage, type Visit } from './studio-stage.ts';

const ADMIN_TOKEN = 'b81c0f5d2e7a49638fd1c4e07a96b3d5';
/** What the desk promises: spend, pictures and the pause are there within this. */
const SOON_MS = 5000;

let stage: Stage;
let owner: BrowserContext;
let desk: Page;

beforeAll(async () => {
  stage = await startStage({ ADMIN_TOKEN });
});
afterAll(() => stage?.close());

async function openDesk(path = ''): Promise<void> {
  owner = await stage.browser.newContext({ viewport: { width: 1280, height: 900 } });
  await owner.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.peel.url });
  desk = await owner.newPage();
  desk.on('pageerror', (error) => complaints.push(error.message));
  desk.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|Trusted Type/i.test(message.text())) complaints.push(message.text());
  });
  await desk.goto(`${stage.peel.url}/peel/admin${path}`);
}

/** What the desk's page complains of. Its policy allows nothing inline. */
const complaints: string[] = [];

afterEach(async () => {
  await owner?.close();
  expect(complaints.splice(0)).toEqual([]);
});

const button = (name: string | RegExp) => desk.getByRole('button', { name, exact: true });
const link = (name: string) => desk.getByRole('navigation').first().getByRole('link', { name });
const heading = () => desk.getByRole('heading', { level: 1 });
const clipboard = () => desk.evaluate(() => navigator.clipboard.readText());

/** The row of a site on the Overview. */
const row = (name: string) => desk.locator('.sites-today tbody tr').filter({ hasText: name });
const lastPictures = () => desk.locator('.last img');

const statusOf = async (address: string): Promise<number> => (await fetch(address)).status;

/** How a hand does what the flow asks for. */
interface Hand {
  press(name: string | RegExp): Promise<void>;
  follow(name: string): Promise<void>;
  write(label: string, text: string): Promise<void>;
}

const mouse: Hand = {
  press: (name) => button(name).first().click(),
  follow: (name) => link(name).click(),
  write: (label, text) => desk.getByLabel(label).fill(text),
};

const MOST_TABS = 120;

/** Presses Tab until this has the focus. A person cannot reach what this does not. */
async function tabTo(what: ReturnType<typeof button>): Promise<void> {
  await what.first().waitFor();
  for (let tabs = 0; tabs < MOST_TABS; tabs++) {
    if (await what.first().evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await desk.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${what}.`);
}

const keyboard: Hand = {
  async press(name) {
    await tabTo(button(name));
    await desk.keyboard.press('Enter');
  },
  async follow(name) {
    await tabTo(link(name));
    await desk.keyboard.press('Enter');
  },
  async write(label, text) {
    await tabTo(desk.getByLabel(label));
    await desk.keyboard.type(text);
  },
};

/** A visitor's tab with what the owner has pasted. */
async function visitWith(snippet: string): Promise<Visit & { proofs: unknown[] }> {
  const visit = await stage.open(snippet);
  const proofs: unknown[] = [];
  visit.page.on('request', (request) => {
    if (request.url().endsWith('/peel/session')) proofs.push((request.postDataJSON() as { proof?: object }).proof);
  });
  return Object.assign(visit, { proofs });
}

describe.each([
  ['the mouse', mouse, 'Fair posters', 'fair-posters'],
  ['the keyboard', keyboard, 'Tea labels', 'tea-labels'],
] as const)('with %s', (_, hand, name, id) => {
  it('an owner makes a site, sees its first picture, deletes it and stops everything', async () => {
    await openDesk();
    await hand.write('Admin token', ADMIN_TOKEN);
    await hand.press('Log in');
    await button('Pause all').waitFor();

    await hand.follow('Sites');
    await hand.press('New site');
    await hand.write('Name', name);
    await hand.write('Its first page', `${stage.origin}/shop`);
    await hand.press('Make it');
    await desk.waitForURL(`**/peel/admin/sites/${id}`);
    await hand.press('Copy');
    await expect.poll(clipboard).toContain(`site="${id}"`);
    const snippet = await clipboard();
    await hand.follow('Overview');
    await row(name).waitFor();

    await using visit = await visitWith(snippet);
    const address = await visit.studio.make(`a label for ${name}`);
    expect(visit.proofs).toEqual([{ pow: { nonce: expect.any(String), solution: expect.any(String) } }]);
    await expect.poll(() => row(name).innerText(), { timeout: SOON_MS }).toMatch(/\$0\.0[1-9]/);
    await expect.poll(() => lastPictures().first().getAttribute('alt'), { timeout: SOON_MS }).toContain(name);

    await hand.press('Pause all');
    const pausedAt = Date.now();
    await expect.poll(() => heading().innerText(), { timeout: SOON_MS }).toMatch(/^Everything is paused since /);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, pausedAt + SOON_MS - Date.now())));
    await visit.studio.press('another prompt while it is paused');
    await visit.studio.notice.getByText(/Closed for now/).waitFor();
    expect(await statusOf(address)).toBe(200);
    await hand.press('Resume');
    await button('Pause all').waitFor();
  });
});
