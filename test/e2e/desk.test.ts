/**
 * The owner's desk in a real browser in front of a whole deployment: from the log-in over a picture on a page of another
 * origin to its deletion and the pause, once with the mouse and once by keyboard alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, startStage, type Visit } from './studio-stage.ts';

const ADMIN_TOKEN = 'b81c0f5d2e7a49638fd1c4e07a96b3d5';
/** A pause holds everywhere within this (docs/money.md#where-it-stands-and-how-to-stop-it). */
const PAUSE_MS = 5000;
/** The whole flow. */
const FLOW_MS = 600_000;

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
const clipboard = () => desk.evaluate<string>('navigator.clipboard.readText()');

/** The row of a site on the Overview. */
const row = (name: string) => desk.locator('.sites-today tbody tr').filter({ hasText: name });
/** The newest picture of a site on the Overview. */
const picture = (name: string) => desk.getByRole('link', { name: `on ${name} for` }).first();

const statusOf = async (address: string): Promise<number> => {
  const answer = await fetch(new URL(address, stage.peel.url));
  await answer.body?.cancel();
  return answer.status;
};

/** The address of the picture on a site's wall, as visitors are told it. */
async function wallOf(id: string): Promise<string> {
  const told = async () => {
    const answer = await fetch(`${stage.peel.url}/peel/site?site=${id}`, { headers: { Origin: stage.origin } });
    return ((await answer.json()) as { wall?: { image: string }[] }).wall?.[0]?.image;
  };
  await expect.poll(told).toBeDefined();
  return (await told()) as string;
}

/** How a hand does what the flow asks for. */
interface Hand {
  press(name: string | RegExp): Promise<void>;
  follow(name: string): Promise<void>;
  open(what: Locator): Promise<void>;
  write(label: string, text: string): Promise<void>;
}

const mouse: Hand = {
  press: (name) => button(name).first().click(),
  follow: (name) => link(name).click(),
  open: (what) => what.click(),
  write: (label, text) => desk.getByLabel(label, { exact: true }).fill(text),
};

const MOST_TABS = 120;

/** Presses Tab until this has the focus. A person cannot reach what this does not. */
async function tabTo(what: Locator): Promise<void> {
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
  async open(what) {
    await tabTo(what);
    await desk.keyboard.press('Enter');
  },
  async write(label, text) {
    await tabTo(desk.getByLabel(label, { exact: true }));
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
  it(
    'an owner makes a site, sees its first picture, shows it, deletes it and stops everything',
    async () => {
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
      const words = `a label for ${name}`;
      const address = await visit.studio.make(words);
      expect(visit.proofs).toEqual([{ pow: { nonce: expect.any(String), solution: expect.any(String) } }]);
      await expect.poll(() => row(name).innerText()).toMatch(/\$0\.0[1-9]/);
      await picture(name).waitFor();

      await hand.open(picture(name));
      await hand.press('Put on the wall');
      await hand.write('What did it begin with?', 'A label with a ship');
      await hand.write('In a sentence, for people who cannot see it', 'A ship on a small label.');
      await hand.press('Put it there');
      await button('Take off the wall').waitFor();
      const onWall = await wallOf(id);
      const everywhere = [address, `${address}?w=320`, onWall, `${onWall}?w=320`];
      expect(await Promise.all(everywhere.map(statusOf))).toEqual([200, 200, 200, 200]);

      await hand.press('Delete');
      await hand.press('Now');
      await heading().getByText('Deleted at').waitFor();
      await expect.poll(() => Promise.all(everywhere.map(statusOf))).toEqual([404, 404, 404, 404]);
      await using again = await visitWith(snippet);
      const anew = await again.studio.make(words);
      expect(anew).not.toBe(address);
      await hand.follow('Overview');
      await expect.poll(() => row(name).innerText()).toMatch(/\t2\t/);

      await hand.press('Pause all');
      const pausedAt = Date.now();
      await expect.poll(() => heading().innerText()).toMatch(/^Everything is paused since /);
      await sleep(Math.max(0, pausedAt + PAUSE_MS - Date.now()));
      await again.studio.press('another prompt while it is paused');
      await again.studio.notice.getByText('Closed for now').waitFor();
      expect(await statusOf(anew)).toBe(200);
      await hand.press('Resume');
      await button('Pause all').waitFor();
    },
    FLOW_MS,
  );
});
