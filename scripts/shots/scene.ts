/** One page of the matrix, and what is stubbed on it: only what a demo on this machine cannot be brought to say. */
import type { Page, Route } from 'playwright';
import type { Stage, Studio } from '../../test/e2e/studio-stage.ts';
import type { SiteFacts, WallPicture } from '../../worker/protocol.ts';
import { type Copy, type Look, pageOf } from './hosts.ts';

export interface Scene {
  page: Page;
  studio: Studio;
  copy: Copy;
  look: Look;
  /** Pictures of the wall, for visitors to add. */
  files: readonly PictureFile[];
}

interface PictureFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export interface SceneOptions {
  attributes?: string;
  /** In place of the site's own. */
  facts?: (copy: Copy) => Partial<SiteFacts>;
  /** The page is not on the owner's list. */
  isUnlisted?: true;
  /** Pictures left today. */
  left?: number;
}

export interface Wall {
  pictures: readonly WallPicture[];
  files: readonly PictureFile[];
}

/** The demo's own limits are wide, so that nothing stops the matrix. */
const PER_DAY = 20;
/** A visitor who has made some pictures today. */
const LEFT = 17;
const EXPECTED_MS = 15_000;

let scenes = 0;

export async function openScene(stage: Stage, look: Look, wall: Wall, options: SceneOptions): Promise<Scene> {
  const { attributes = '', facts, isUnlisted, left = LEFT } = options;
  const { host, width, height, isTouch = false } = look;
  const context = await stage.browser.newContext({
    viewport: { width, height },
    hasTouch: isTouch,
    isMobile: isTouch,
    // Two pictures of the same state are to be the same.
    reducedMotion: 'reduce',
    colorScheme: host.css.includes('color-scheme: dark') ? 'dark' : 'light',
  });
  await context.route('**/peel/site?*', (route) =>
    answerWith<SiteFacts>(route, ({ models }) => ({
      // The worker would learn from the demo that a picture takes a second.
      models: models.map((model) => ({ ...model, expectedMs: { '1K': EXPECTED_MS } })),
      wall: wall.pictures,
      limits: { perMinute: 3, perDay: PER_DAY, left },
      ...facts?.(host.copy),
    })),
  );
  await context.route('**/peel/session', (route) =>
    answerWith(route, () => ({ remaining: { session: left, day: left } })),
  );
  // The same words would find the picture of the scene before, and the caption would say so.
  scenes += 1;
  const take = `scene-${scenes}`;
  await context.route('**/*:streamGenerateContent*', (route) =>
    route.continue({ headers: { 'peel-variant': take, ...route.request().headers() } }),
  );
  const html = pageOf(host, `${stage.peel.url}/widget.js`, attributes);
  const origin = isUnlisted ? `http://localhost:${stage.port}` : stage.origin;
  const { page, studio } = await stage.open(html, { context, origin });
  return { page, studio, copy: host.copy, look, files: wall.files };
}

/** The worker's own answer with other values in some fields. */
async function answerWith<Body>(route: Route, fieldsOf: (body: Body) => object): Promise<void> {
  // Browsers ask for permission by themselves.
  if (route.request().method() === 'OPTIONS') return route.continue();
  const response = await route.fetch();
  if (!response.ok()) return route.fulfill({ response });
  const body = (await response.json()) as Body;
  await route.fulfill({ response, json: { ...body, ...fieldsOf(body) } });
}

/** Refuses the requests for pictures, or those to another address, as the worker does. */
export async function refuse(
  page: Page,
  reason: string,
  code: number,
  seconds: number,
  address = '**/*:streamGenerateContent*',
): Promise<void> {
  await page.route(address, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'peel' },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` },
    ];
    await route.fulfill({
      status: code,
      headers: { 'Access-Control-Allow-Origin': new URL(page.url()).origin },
      json: { error: { code, status: 'RESOURCE_EXHAUSTED', message: 'Stubbed.', details } },
    });
  });
}

/**
 * Answers each request with a thought and nothing more, through the element's own `fetch`: a stubbed answer of the
 * network would come to an end.
 */
export const keepWorking = (page: Page, thought: string): Promise<unknown> =>
  page.evaluate(`
    document.querySelector('peel-studio').fetch = async (input, init) => {
      if (!String(input.url ?? input).includes(':streamGenerateContent')) return fetch(input, init);
      const parts = [{ text: ${JSON.stringify(`**${thought}**`)}, thought: true }];
      const chunk = JSON.stringify({ candidates: [{ content: { role: 'model', parts } }] });
      const start = (stream) => stream.enqueue(new TextEncoder().encode('data: ' + chunk + '\\r\\n\\r\\n'));
      return new Response(new ReadableStream({ start }), { headers: { 'Content-Type': 'text/event-stream' } });
    };`);

/** Moves the page's clock on. */
export const letPass = (page: Page, ms: number): Promise<unknown> =>
  page.evaluate(`const { now } = Date; Date.now = () => now() + ${ms};`);
