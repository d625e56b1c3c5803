/** The rows of the matrix: how a visitor gets there. Places are found by part and not by words, which have languages. */
import type { Route } from 'playwright';
import type { SiteFacts } from '../../worker/protocol.ts';
import type { Copy } from './hosts.ts';
import { keepWorking, letPass, refuse, type Scene, type SceneOptions } from './scene.ts';

export interface State extends SceneOptions {
  name: string;
  title: string;
  act?: (scene: Scene) => Promise<unknown>;
  /** The picture shows the window: the state covers the page, or does not outlive another size of the window. */
  isWindow?: true;
}

async function make({ studio, copy }: Scene): Promise<void> {
  await studio.make(copy.prompt);
}

/** Two changes, and one of the first picture. */
async function makeVersions(scene: Scene): Promise<void> {
  const { copy, studio } = scene;
  await make(scene);
  await studio.make(copy.changes[0]);
  const shown = await studio.make(copy.changes[1]);
  await studio.versions.first().click();
  await studio.next(shown);
  await studio.make(copy.changes[2]);
}

async function addPictures({ page, studio, files }: Scene, count: number): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await studio.host.locator('.add').click();
  await (await chooser).setFiles(files.slice(0, count));
  await studio.host
    .locator('[part~=reference]')
    .nth(count - 1)
    .waitFor();
  // Uploaded: a number stands where the bar was.
  await studio.host
    .locator('.ref-number')
    .nth(count - 1)
    .waitFor();
}

async function openSettings({ studio }: Scene): Promise<void> {
  await studio.part('settings-toggle').click();
  await studio.part('settings').waitFor();
}

async function openViewer(scene: Scene): Promise<void> {
  await scene.studio.image.click();
  await scene.studio.part('dialog').waitFor();
}

async function wait({ page, studio, copy }: Scene): Promise<void> {
  await keepWorking(page, copy.thought);
  await studio.press(copy.prompt);
  await studio.part('thought').waitFor();
  await letPass(page, 7000);
  // The next tick shows it.
  await studio
    .part('elapsed')
    .getByText(/[789٧٨٩]/)
    .waitFor();
}

const newPicture = ({ studio }: Scene) => studio.host.locator('.switch label').nth(1).click();

async function refused(scene: Scene, reason: string, seconds: number): Promise<void> {
  await make(scene);
  await newPicture(scene);
  await refuse(scene.page, reason, 429, seconds);
  await scene.studio.press(scene.copy.changes[1]);
  await scene.studio.notice.waitFor();
  await letPass(scene.page, (seconds / 3) * 1000);
  // The next tick shows it.
  await scene.page.waitForTimeout(1100);
}

const templateOf = ({ name, choice, choices, photo }: Copy['form']): Partial<SiteFacts> => ({
  promptMode: 'template',
  slots: [
    { name: 'name', label: name, type: 'text', maxLength: 24, choices: [], required: true },
    { name: 'choice', label: choice, type: 'choice', maxLength: 0, choices: [...choices], required: true },
    { name: 'photo', label: photo, type: 'photo', maxLength: 0, choices: [], required: false },
  ],
});

/** The site of the matrix has no template, so its worker gets words in place of the form's values. */
async function sendWords(route: Route, text: string): Promise<void> {
  const body = route.request().postDataJSON() as object | null;
  await route.fallback(body ? { postData: { ...body, contents: [{ role: 'user', parts: [{ text }] }] } } : {});
}

/** A box of Turnstile's size, in the place of Turnstile. */
const DRAW_TURNSTILE = `
  globalThis.turnstile = {
    render(container, options) {
      const box = document.createElement('div');
      const look = options.theme === 'dark' ? 'background:#232323;color:#fff' : 'background:#fafafa;color:#111';
      box.style.cssText = 'box-sizing:border-box;max-inline-size:300px;block-size:65px;padding:20px;border:1px solid #888;font:14px sans-serif;' + look;
      box.textContent = '☐ Turnstile';
      container.append(box);
      options['before-interactive-callback']();
    },
    remove() {},
  };`;

export const STATES: readonly State[] = [
  {
    name: 'sentences',
    title: 'Empty, with words to start from',
    facts: ({ ideas }) => ({ wall: [], ideas: ideas.map((text) => ({ text })) }),
  },
  {
    name: 'wall',
    title: 'Empty, with a wall of pictures',
    act: ({ studio }) => studio.host.locator('[part~=ideas] img').first().waitFor(),
  },
  {
    name: 'composing',
    title: 'Two pictures added, settings open',
    attributes: 'aspect-ratio="16:9"',
    async act(scene) {
      await addPictures(scene, 2);
      await scene.studio.prompt.fill(scene.copy.prompt);
      await openSettings(scene);
    },
  },
  {
    name: 'six-pictures',
    title: 'Six pictures and a long text',
    async act(scene) {
      await addPictures(scene, 6);
      await scene.studio.prompt.fill(`${scene.copy.prompt}. ${scene.copy.lead} `.repeat(4));
    },
  },
  {
    name: 'shapes',
    title: 'All shapes',
    attributes: 'aspect-ratio="9:16"',
    async act(scene) {
      await openSettings(scene);
      await scene.studio.part('settings').locator('button.tile').click();
    },
  },
  {
    name: 'more-choices',
    title: 'More choices open',
    async act(scene) {
      await openSettings(scene);
      await scene.studio.part('settings').locator('button.more').click();
    },
  },
  {
    name: 'generating',
    title: 'Making a picture',
    attributes: 'aspect-ratio="16:9"',
    act: wait,
  },
  {
    name: 'generating-tall',
    title: 'Making a tall picture',
    attributes: 'aspect-ratio="9:16"',
    act: wait,
  },
  {
    name: 'checking',
    title: 'A proof of work that takes long',
    attributes: 'aspect-ratio="16:9"',
    // It is not solved before the picture is taken.
    facts: () => ({ proof: { kind: 'pow', nonce: 'shots', algorithm: 'SHA-256', difficulty: 20 } }),
    async act({ page, studio, copy }) {
      await studio.press(copy.prompt);
      await studio.part('elapsed').waitFor();
      await page.waitForTimeout(2200);
    },
  },
  {
    name: 'quick-check',
    title: 'Turnstile wants something done',
    facts: () => ({ proof: { kind: 'turnstile', siteKey: '1x00000000000000000000AA', nonce: 'shots' } }),
    async act({ page, studio, copy }) {
      await page.evaluate(DRAW_TURNSTILE);
      await studio.prompt.fill(copy.prompt);
      await studio.host.locator('.check').waitFor();
    },
  },
  {
    name: 'check-failed',
    title: 'No proof was accepted',
    async act({ page, studio, copy }) {
      await refuse(page, 'PROOF_INVALID', 400, 0, '**/peel/session');
      await studio.press(copy.prompt);
      await studio.notice.waitFor();
    },
  },
  { name: 'result', title: 'A picture', attributes: 'aspect-ratio="16:9"', act: make },
  { name: 'square', title: 'A square picture', attributes: 'aspect-ratio="1:1"', act: make },
  { name: 'tall', title: 'A tall picture', attributes: 'aspect-ratio="9:16"', act: make },
  { name: 'ribbon', title: 'A picture of 8:1', attributes: 'aspect-ratio="8:1"', act: make },
  { name: 'banner', title: 'A picture of 4:1', attributes: 'aspect-ratio="4:1"', act: make },
  { name: 'spine', title: 'A picture of 1:8', attributes: 'aspect-ratio="1:8"', act: make },
  {
    name: 'menu',
    title: 'The menu',
    attributes: 'aspect-ratio="16:9"',
    isWindow: true,
    async act(scene) {
      await make(scene);
      await scene.studio.host.locator('.more[aria-haspopup=menu]').click();
      await scene.studio.host.locator('.menu-place .menu').waitFor();
    },
  },
  {
    name: 'details',
    title: 'Details',
    attributes: 'aspect-ratio="16:9"',
    async act(scene) {
      await make(scene);
      await scene.studio.part('caption').locator('button').last().click();
      await scene.studio.host.locator('.details').waitFor();
    },
  },
  {
    name: 'several',
    title: 'Three pictures at once',
    attributes: 'aspect-ratio="16:9" count="3"',
    act: make,
  },
  {
    name: 'change',
    title: 'A change being typed, versions with a branch',
    attributes: 'aspect-ratio="16:9"',
    async act(scene) {
      await makeVersions(scene);
      await scene.studio.prompt.fill(scene.copy.changes[3]);
    },
  },
  {
    name: 'compare',
    title: 'Before and after',
    attributes: 'aspect-ratio="16:9"',
    async act(scene) {
      await makeVersions(scene);
      await scene.studio.host.locator('.corner [aria-pressed]').click();
      await scene.studio.part('compare').waitFor();
    },
  },
  {
    name: 'full-screen',
    title: 'Full screen',
    attributes: 'aspect-ratio="16:9"',
    isWindow: true,
    async act(scene) {
      await makeVersions(scene);
      await openViewer(scene);
    },
  },
  {
    name: 'marking',
    title: 'Marking a place',
    attributes: 'aspect-ratio="16:9"',
    isWindow: true,
    async act(scene) {
      await make(scene);
      await openViewer(scene);
      await scene.studio.host.locator('.viewer-mark').click();
      await scene.studio.part('region').waitFor();
    },
  },
  {
    name: 'marked',
    title: 'A marked place in the field',
    attributes: 'aspect-ratio="16:9"',
    async act(scene) {
      await make(scene);
      await openViewer(scene);
      await scene.studio.host.locator('.viewer-mark').click();
      await scene.studio.host.locator('.region-acts .fill').click();
      await scene.studio.host.locator('.placed').waitFor();
    },
  },
  {
    name: 'refused',
    title: 'Refused',
    attributes: 'aspect-ratio="16:9"',
    async act(scene) {
      await make(scene);
      await newPicture(scene);
      await scene.studio.press(scene.copy.refused);
      await scene.studio.notice.waitFor();
    },
  },
  {
    name: 'limited',
    title: 'A short pause',
    attributes: 'aspect-ratio="9:16"',
    act: (scene) => refused(scene, 'VISITOR_MINUTE', 42),
  },
  {
    name: 'used-up',
    title: 'The day is used up',
    left: 1,
    attributes: 'aspect-ratio="16:9"',
    act: (scene) => refused(scene, 'VISITOR_DAY', 12 * 3600),
  },
  {
    name: 'offline',
    title: 'Offline',
    async act(scene) {
      const { page, studio, copy } = scene;
      // What it needs to say so comes with the first touch.
      await studio.prompt.focus();
      await page.waitForTimeout(2000);
      await page.context().setOffline(true);
      await studio.press(copy.prompt);
      await studio.notice.waitFor();
    },
  },
  {
    name: 'owner',
    title: 'The page is not on the owner’s list',
    isUnlisted: true,
    act: ({ studio }) => studio.notice.waitFor(),
  },
  {
    name: 'template',
    title: 'A form of the owner',
    facts: ({ form }) => templateOf(form),
    async act({ studio, copy: { form } }) {
      await studio.host.locator('.slot input').first().fill(form.filled);
      await studio.host.locator('.slot .option').nth(2).click();
    },
  },
  {
    name: 'template-result',
    title: 'A picture of the form',
    facts: ({ form }) => templateOf(form),
    async act({ page, studio, copy: { form } }) {
      await page.route('**/*:streamGenerateContent*', (route) => sendWords(route, form.filled));
      await studio.host.locator('.slot input').first().fill(form.filled);
      await studio.host.locator('.slot .option').nth(2).click();
      await studio.part('submit').click();
      await studio.image.waitFor();
    },
  },
  {
    name: 'notice',
    title: 'The owner’s notice, once',
    facts: ({ notice }) => ({ notice }),
    async act(scene) {
      await scene.studio.press(scene.copy.prompt);
      await scene.studio.notice.waitFor();
    },
  },
  {
    name: 'kept',
    title: 'Pictures of the last visit',
    attributes: 'aspect-ratio="16:9" persist="local"',
    async act(scene) {
      await makeVersions(scene);
      await scene.page.reload();
      await scene.studio.host.locator('.kept').waitFor();
    },
  },
];
