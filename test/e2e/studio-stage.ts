/**
 * `<peel-studio>` on pages of a shop: a real browser, real CORS, and a whole deployment whose demo provider draws the
 * pictures.
 */
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { launchBrowser } from './browser.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { type Served, serve } from './serve.ts';

const examples = join(import.meta.dirname, '../../examples');

/** By this name the shop is a page without https. Browsers trust their own machine by its other names. */
const INSECURE = '--host-resolver-rules=MAP shop.test 127.0.0.1';

/** Limits that no test reaches. The demo charges play money, and its budgets are as real as others. */
const PLENTY = {
  VISITOR_PER_MINUTE: '1000',
  VISITOR_PER_DAY: '10000',
  SESSION_USES: '1000',
  SITE_PER_MINUTE: '10000',
  SITE_DAILY_BUDGET_USD: '1000',
  SITE_MONTHLY_BUDGET_USD: '1000',
  DEPLOYMENT_DAILY_BUDGET_USD: '1000',
  DEPLOYMENT_MONTHLY_BUDGET_USD: '1000',
};

export interface Stage {
  peel: Deployment;
  /**
   * The shop. Its name `shop.test` makes it a page without https, and `localhost` one that the owner has not listed.
   */
  origin: string;
  port: number;
  browser: Browser;
  /** Scripts and other files of the shop, by their paths. */
  scripts: Map<string, string>;
  /** The forms that were sent to the shop, oldest first. */
  orders: URLSearchParams[];
  /** The element's script and tag, as an owner pastes them. */
  tag(attributes?: string): string;
  /** A page of `examples/`, with the address of the deployment. */
  example(file: string): string;
  open(html: string, options?: OpenOptions): Promise<Visit>;
  close(): Promise<void>;
}

interface OpenOptions {
  /** The page's Content Security Policy. */
  policy?: string;
  /** Runs in every document before its own scripts, and past its policy. */
  prepare?: string;
  /** Without a doctype, which is how browsers know a modern page. */
  isOld?: boolean;
  /** Whether the visitor wants movement. Drawing it takes a third of a visit, so only tests that are about it have it. */
  isMoving?: boolean;
  /** To open another tab of the same browser. */
  context?: BrowserContext;
  /** The shop's origin by default. */
  origin?: string;
}

/** A tab. `await using` closes it, with its cookies and storage unless another tab shares them. */
export interface Visit extends AsyncDisposable {
  page: Page;
  studio: Studio;
  /** Errors and warnings of the page and of its console. */
  complaints: string[];
}

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript' };

/** What is none of the others is a script. */
const typeOf = (path: string): string => TYPES[extname(path) as keyof typeof TYPES] ?? TYPES['.js'];

/**
 * Every visitor proves to be at work, as on a site of an owner who has set nothing.
 *
 * @param variables They are added to those of a site with plenty of everything.
 * @param mayRefuse Whether proofs are refused on purpose, as in a picture of that state.
 */
export async function startStage(variables: Record<string, string> = {}, mayRefuse = false): Promise<Stage> {
  const tickets = new Map<Page, number>();
  const orders: URLSearchParams[] = [];
  const scripts = new Map<string, string>();
  // Each test writes its own page into the address, so that a reload gives the same page.
  const shop: Served = await serve(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://shop.example');
    const script = scripts.get(pathname);
    response.setHeader('Content-Type', script ? typeOf(pathname) : TYPES['.html']);
    if (script) return void response.end(script);
    if (request.method === 'POST') {
      let body = '';
      for await (const piece of request) body += piece;
      orders.push(new URLSearchParams(body));
      return void response.end('<!doctype html><h1>Thank you</h1>');
    }
    const policy = searchParams.get('policy');
    if (policy) response.setHeader('Content-Security-Policy', policy);
    const doctype = searchParams.has('old') ? '' : '<!doctype html>';
    response.end(`${doctype}<title>A shop</title>${searchParams.get('html') ?? ''}`);
  });
  const { origin, port } = shop;
  const [peel, browser] = await Promise.all([
    startDeployment({
      ...PLENTY,
      PEEL_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      SITE_ORIGINS: `${origin},http://shop.test:${port}`,
      BURST: 'off',
      ...variables,
    }),
    launchBrowser(INSECURE),
  ]);
  return {
    ...{ peel, origin, port, browser, scripts, orders },
    tag: (attributes = '') =>
      `<script type="module" src="${peel.url}/widget.js"></script><peel-studio ${attributes}></peel-studio>`,
    example: (file) => readFileSync(join(examples, file), 'utf8').replaceAll('https://YOUR-WORKER', peel.url),
    async open(html, { policy = '', prepare, context, isOld = false, isMoving = false, origin: from = origin } = {}) {
      const reducedMotion = isMoving ? 'no-preference' : 'reduce';
      const own = context ?? (await browser.newContext({ viewport: { width: 1000, height: 900 }, reducedMotion }));
      const page = await own.newPage();
      const complaints = listen(page);
      page.on('response', (response) => {
        if (response.url().endsWith('/peel/session')) tickets.set(page, response.status());
      });
      if (prepare) await page.addInitScript(prepare);
      await page.goto(`${from}/?${new URLSearchParams({ html, policy, ...(isOld && { old: '' }) })}`);
      return {
        ...{ page, complaints, studio: studioOf(page.locator('peel-studio').first()) },
        [Symbol.asyncDispose]: () => (context ? page.close() : own.close()),
      };
    },
    async close() {
      await browser.close();
      await peel.close();
      shop.close();
      // Whatever a test is about: no visitor of it is taken for a script.
      const refused = [...tickets.values()].filter((status) => status === 400).length;
      if (refused > 0 && !mayRefuse) throw new Error(`${refused} of ${tickets.size} visitors were refused a ticket.`);
    },
  };
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}

/** What a visitor sees of the element, and does with it. */
export interface Studio {
  host: Locator;
  part(name: string): Locator;
  button(name: string): Locator;
  prompt: Locator;
  image: Locator;
  notice: Locator;
  /** The versions, oldest first. */
  versions: Locator;
  /** Types the words and presses the button. */
  press(words: string): Promise<void>;
  /** Asks for a picture and waits for it. @returns Its address. */
  make(words: string): Promise<string>;
  /** Waits for another picture than this one. @returns Its address. */
  next(shown: string): Promise<string>;
  /** The address of the shown picture. */
  address(): Promise<string>;
}

export function studioOf(host: Locator): Studio {
  const part = (name: string) => host.locator(`[part~=${name}]`);
  const image = host.locator('[part~=stage] [part~=image]');
  const address = async () => (await image.getAttribute('src')) ?? '';
  const press = async (words: string) => {
    await part('prompt').fill(words);
    await part('submit').click();
  };
  const other = (shown: string) => host.locator(`[part~=stage] [part~=image]:not([src="${shown}"])`);
  const next = async (shown: string) => {
    await other(shown).or(part('notice')).first().waitFor();
    // A test that waits for a picture in vain should say what the visitor reads.
    if ((await other(shown).count()) === 0) throw new Error(`No picture: ${await part('notice').innerText()}`);
    return address();
  };
  return {
    ...{ host, part, image, address, press, next },
    button: (name) => host.getByRole('button', { name, exact: true }),
    prompt: part('prompt'),
    notice: part('notice'),
    versions: host.locator('[part~=history] [part~=turn]'),
    async make(words) {
      const shown = (await image.count()) > 0 ? await address() : '';
      await press(words);
      return next(shown);
    },
  };
}
