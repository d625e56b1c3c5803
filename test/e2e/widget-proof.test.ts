/**
 * Sites whose visitors prove that they are at work, in a real browser in front of a whole deployment. Cloudflare's
 * script and its verdict are fakes: the first stands at Cloudflare's own address, in this browser only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serve } from './serve.ts';
import { type Stage, startStage, type Visit } from './studio-stage.ts';

/** What a page of a strict owner allows, with the lines that the widget's page in `docs` says to add. */
const policyOf = (peel: string, worker = 'blob:', check = ''): string =>
  [
    "default-src 'self'",
    `script-src 'self' ${peel} ${check}`,
    `connect-src 'self' ${peel}`,
    `img-src 'self' ${peel} blob:`,
    `frame-src ${peel} ${check}`,
    `worker-src ${worker}`,
    "require-trusted-types-for 'script'",
    'trusted-types lit-html peel',
  ].join('; ');

interface Session {
  proof: { pow?: { nonce: string; solution: string }; turnstile?: string } | undefined;
  status: number;
}

/** The requests for tickets that a page makes, oldest first. */
function sessionsOf(page: Page): Session[] {
  const sessions: Session[] = [];
  page.on('response', (response) => {
    if (!response.url().endsWith('/peel/session') || response.request().method() !== 'POST') return;
    const { proof } = response.request().postDataJSON() as Pick<Session, 'proof'>;
    sessions.push({ proof, status: response.status() });
  });
  return sessions;
}

const statuses = (sessions: Session[]) => sessions.map(({ status }) => status);

describe('where a site asks for a proof of work', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({ SITE_PROOF: 'pow' });
  });
  afterAll(() => stage?.close());

  it('a page that is only read proves nothing', async () => {
    await using visit = await stage.open(stage.tag());
    const sessions = sessionsOf(visit.page);
    const scripts: string[] = [];
    visit.page.on('request', (request) => void scripts.push(request.url()));

    await visit.studio.part('submit').waitFor();
    await sleep(1000);

    expect(sessions).toEqual([]);
    expect(scripts.filter((url) => /pow|turnstile/.test(url))).toEqual([]);
  });

  it('the ticket is there before the button is pressed, and one proof is enough for several pictures', async () => {
    await using visit = await stage.open(stage.tag());
    const { page, studio, complaints } = visit;
    const sessions = sessionsOf(page);
    const answered = page.waitForResponse(/peel\/session/);

    await studio.prompt.click();
    await answered;
    await studio.make('a visitor who proves to be at work');
    await studio.make('and goes on');

    expect(statuses(sessions)).toEqual([200]);
    expect(sessions[0]?.proof?.pow?.solution.split('.')).toHaveLength(16);
    expect(complaints).toEqual([]);
  });

  it('words that are pasted and sent at once need no other press', async () => {
    await using visit = await stage.open(stage.tag());
    const sessions = sessionsOf(visit.page);

    await visit.studio.make('a visitor in a hurry');

    expect(statuses(sessions)).toEqual([200]);
  });

  it.each([
    { name: 'in a worker', worker: 'blob:', violations: [] },
    { name: 'on the page’s own thread, where it allows no workers', worker: "'none'", violations: ['worker-src blob'] },
  ])('under a strict policy it is solved $name', async ({ worker, violations }) => {
    await using visit = await stage.open(stage.tag(), {
      policy: policyOf(stage.peel.url, worker),
      prepare: `violations = []; document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        violations.push(effectiveDirective + ' ' + blockedURI));`,
    });
    const sessions = sessionsOf(visit.page);

    await visit.studio.make('a visitor of a strict page');

    expect(statuses(sessions)).toEqual([200]);
    expect(await visit.page.evaluate('violations')).toEqual(violations);
  });

  it('two elements of a page share one ticket', async () => {
    await using visit = await stage.open(`${stage.tag('id="one"')}${stage.tag('id="two"')}`);
    const sessions = sessionsOf(visit.page);
    for (const [id, words] of [
      ['one', 'the first of two'],
      ['two', 'the second of two'],
    ] as const) {
      const host = visit.page.locator(`#${id}`);
      await host.locator('[part~=prompt]').fill(words);
      await host.locator('[part~=submit]').click();
      await host.locator('[part~=stage] [part~=image]').waitFor();
    }

    expect(statuses(sessions)).toEqual([200]);
  });

  it('a challenge that was used meanwhile is followed by another one, and the visitor notices nothing', async () => {
    await using visit = await stage.open(stage.tag());
    const { page, studio } = visit;
    // Another program of this visitor uses the proof first.
    await page.route('**/peel/session', async (route) => {
      await route.fetch();
      await route.continue();
      await page.unroute('**/peel/session');
    });
    const sessions = sessionsOf(page);

    await studio.make('a visitor whose proof was used');

    expect(statuses(sessions)).toEqual([400, 200]);
    expect(await studio.notice.count()).toBe(0);
  });

  it('a ticket of another network is renewed by another proof', async () => {
    await using visit = await stage.open(stage.tag());
    const { page, studio } = visit;
    const sessions = sessionsOf(page);
    await studio.make('a visitor at home');
    // As after a change of network, the ticket is not for this address.
    let isFirst = true;
    await page.route('**/*:streamGenerateContent*', async (route) => {
      const headers = route.request().headers();
      if (!isFirst || !headers.authorization) return route.continue();
      isFirst = false;
      await route.continue({ headers: { ...headers, authorization: `${headers.authorization.slice(0, -4)}AAAA` } });
    });

    await studio.make('the same visitor on the train');

    expect(statuses(sessions)).toEqual([200, 200]);
    expect(sessions[1]?.proof?.pow?.nonce).not.toBe(sessions[0]?.proof?.pow?.nonce);
  });
});

describe('where a site asks for Turnstile', () => {
  const SCRIPT = 'https://challenges.cloudflare.com/turnstile/v0/api.js';
  let stage: Stage;
  let cloudflare: Served;
  let isDown = false;
  const verified: string[] = [];

  beforeAll(async () => {
    cloudflare = await serve(async (request, response) => {
      let text = '';
      for await (const piece of request) text += piece;
      if (isDown) return void response.writeHead(503).end();
      const { response: token } = JSON.parse(text) as { response: string };
      const [, action, cdata] = token.split('.');
      const success = !verified.includes(token);
      verified.push(token);
      response.setHeader('Content-Type', 'application/json');
      response.end(
        JSON.stringify({
          success,
          action,
          cdata,
          hostname: '127.0.0.1',
          'error-codes': success ? [] : ['timeout-or-duplicate'],
        }),
      );
    });
    stage = await startStage({
      SITE_PROOF: 'turnstile',
      TURNSTILE_SITE_KEY: '0x4AAAAAAAfakeSiteKey0',
      TURNSTILE_SECRET_KEY: '0x4AAAAAAAfakeSecretKey000000000000',
      TURNSTILE_VERIFY_URL: `${cloudflare.origin}/siteverify`,
    });
  });
  afterAll(async () => {
    await stage?.close();
    cloudflare?.close();
  });

  /** What stands at Cloudflare's address. */
  const script = (behaviour: string) => `
    let count = 0;
    globalThis.turnstile = {
      render(container, options) {
        globalThis.rendered = options;
        const pass = () => options.callback(['token-' + Math.random().toString(36).slice(2), options.action, options.cData].join('.'));
        ${behaviour}
        return String(++count);
      },
      remove() {},
    };`;
  const PASSES = 'setTimeout(pass, 100);';
  const ASKS = `
    options['before-interactive-callback']();
    const box = document.createElement('button');
    box.textContent = 'I am no robot';
    box.style.cssText = 'inline-size:100%;block-size:65px';
    box.onclick = () => { options['after-interactive-callback'](); pass(); };
    container.append(box);`;

  async function withScript(behaviour: string | undefined): Promise<BrowserContext> {
    const context = await stage.browser.newContext({ viewport: { width: 1000, height: 900 } });
    await context.route(`${SCRIPT}*`, (route) =>
      behaviour === undefined
        ? route.abort()
        : route.fulfill({ contentType: 'text/javascript', body: script(behaviour) }),
    );
    return context;
  }

  async function open(behaviour: string | undefined, policy = ''): Promise<Visit & { sessions: Session[] }> {
    const context = await withScript(behaviour);
    const visit = await stage.open(stage.tag(), { context, policy });
    return {
      ...visit,
      sessions: sessionsOf(visit.page),
      [Symbol.asyncDispose]: () => context.close(),
    };
  }

  it('a visitor who has nothing to do sees nothing of it', async () => {
    await using visit = await open(PASSES);
    const { page, studio, sessions, complaints } = visit;

    await studio.make('a visitor whom Turnstile trusts');

    expect(statuses(sessions)).toEqual([200]);
    expect(sessions[0]?.proof?.turnstile).toMatch(/^token-\w+\.peel-session\.[\w-]+$/);
    expect(await page.evaluate('document.querySelectorAll("[slot=challenge]").length')).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is loaded when the visitor acts, and not before', async () => {
    await using visit = await open(PASSES);
    const { page, studio } = visit;
    const isLoaded = () => page.evaluate('"turnstile" in globalThis');
    await studio.part('submit').waitFor();
    await sleep(1000);
    expect(await isLoaded()).toBe(false);

    await studio.prompt.click();

    await expect.poll(isLoaded, { timeout: 15_000 }).toBe(true);
  });

  it('what the visitor has to do stands in the field, in the page’s own document', async () => {
    await using visit = await open(ASKS);
    const { page, studio, sessions } = visit;
    await studio.press('a visitor who is asked');
    await studio.host.getByText('One quick check').first().waitFor();

    await page.getByRole('button', { name: 'I am no robot' }).click();

    await studio.image.waitFor();
    expect(statuses(sessions)).toEqual([200]);
    expect(await studio.host.getByText('One quick check').count()).toBe(0);
  });

  it('works under a strict policy with the documented lines', async () => {
    await using visit = await open(PASSES, policyOf(stage.peel.url, 'blob:', 'https://challenges.cloudflare.com'));

    await visit.studio.make('a visitor of a strict page with Turnstile');

    expect(statuses(visit.sessions)).toEqual([200]);
    expect(visit.complaints).toEqual([]);
  });

  it.each([
    { name: 'a blocker keeps its script away', behaviour: undefined, policy: '' },
    { name: 'the page’s policy keeps its script away', behaviour: PASSES, policy: 'strict' },
    { name: 'it finds no way', behaviour: "setTimeout(() => options['error-callback']('300010'), 50);", policy: '' },
    {
      name: 'it does not know the browser',
      behaviour: "setTimeout(() => options['unsupported-callback'](), 50);",
      policy: '',
    },
    { name: 'it never answers', behaviour: '', policy: '' },
  ])('the visitor gets a picture by a proof of work where $name', async ({ behaviour, policy }) => {
    await using visit = await open(behaviour, policy && policyOf(stage.peel.url));
    const { studio, sessions } = visit;

    await studio.make(`a visitor without Turnstile, ${behaviour?.length}${policy}`);

    expect(statuses(sessions)).toEqual([400, 200]);
    expect(sessions.map(({ proof }) => proof && Object.keys(proof))).toEqual([undefined, ['pow']]);
    expect(await studio.notice.count()).toBe(0);
  });

  it('the visitor gets a picture while Cloudflare gives no verdict', async () => {
    isDown = true;
    await using visit = await open(PASSES);

    await visit.studio.make('a visitor while Cloudflare is down');

    isDown = false;
    expect(visit.sessions.map(({ proof, status }) => [Object.keys(proof ?? {})[0], status])).toEqual([
      ['turnstile', 400],
      ['pow', 200],
    ]);
  });
});
