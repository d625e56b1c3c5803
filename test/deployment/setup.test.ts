/** `npm run setup`, as a person and as a machine run it, with a fake wrangler on the path and a fake Google. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GOOD_KEY, openStage, type Stage } from './stage.ts';

const AGAIN = 'Run `npm run setup` again; it goes on here.';
const SKIP = '';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const setUp = (lines: readonly string[], args: readonly string[] = [], env?: Record<string, string>) =>
  stage.run('setup.ts', args, lines, env);

const refusal = (status: number, error: object) => ({ status, body: { error } });

it('goes from an empty account to a page that draws, and shows its password once', async () => {
  const { status, said } = await setUp([GOOD_KEY, 'https://tidewater.example/shop', 'y', '5', '400', '2', 'y']);

  expect(said).toContain('lists 2 picture models');
  expect(said).toContain('Taken as https://tidewater.example: an address as browsers write it, up to the first slash.');
  expect(said).toMatch(/About \d{3} pictures a day with Nano Banana 2\.1/);
  expect(said).toContain('tier 1 spend $250 a month');
  expect(said).toContain(`src="${stage.address}/widget.js"`);
  expect(status).toBe(0);
  const { ADMIN_TOKEN: token = '', ...secrets } = stage.secrets();
  expect(Object.keys(secrets).sort()).toEqual([
    'ADULTS_DECLARED',
    'DEPLOYMENT_MONTHLY_BUDGET_USD',
    'GOOGLE_API_KEYS',
    'PEEL_SECRET',
    'TURNSTILE_SECRET_KEY',
    'TURNSTILE_SITE_KEY',
  ]);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(said.split(token)).toHaveLength(2);
  expect(stage.site.record).toEqual({
    origins: ['https://tidewater.example', 'https://www.tidewater.example'],
    notice: 'Hello',
    budgets: { dailyUsd: 5, monthlyUsd: 400 },
    proof: 'turnstile',
    adultsDeclared: true,
  });
  const hidden = [GOOD_KEY, secrets.PEEL_SECRET as string, secrets.TURNSTILE_SECRET_KEY as string];
  const public_ = said + stage.written() + JSON.stringify(stage.calls().map(({ args }) => args));
  expect(hidden.filter((secret) => public_.includes(secret))).toEqual([]);
  expect(stage.written()).not.toContain(token);
});

it('makes a demo of skipped steps, and says so', async () => {
  const { status, said } = await setUp([SKIP, SKIP, SKIP, SKIP, SKIP]);

  expect(said).toContain('as a demo: it draws by itself, at no cost, with play money');
  expect(said).not.toContain('5 of 5');
  expect(stage.keysAsked).toEqual([]);
  expect(Object.keys(stage.secrets())).toEqual(['PEEL_SECRET', 'ADMIN_TOKEN']);
  expect(status).toBe(0);
});

it('logs in, asks which account, and waits until R2 is on', async () => {
  const accounts = [
    { id: 'a1', name: 'Tidewater' },
    { id: 'a2', name: 'Mara' },
  ];
  stage.answer({
    'wrangler whoami': [{ status: 1 }, { stdout: JSON.stringify({ accounts }) }],
    'wrangler r2 bucket list': [{ status: 1, stderr: 'Please enable R2 [code: 10042]' }, {}],
  });

  const { said } = await setUp(['3', '2', SKIP, SKIP, SKIP, SKIP, SKIP, SKIP]);

  expect(said).toContain('Type a number from 1 to 2.');
  expect(said).toContain(
    'R2 is not switched on in this account yet. It is free up to 10 GB; Cloudflare asks for a card.',
  );
  expect(said).toContain('https://dash.cloudflare.com/?to=/:account/r2, then press Enter.');
  expect(stage.calls('login')).toHaveLength(1);
  expect(stage.written()).toContain('"accountId": "a2"');
});

it('says what Google says of a key, and asks for another', async () => {
  const link = 'https://console.developers.google.com/apis/api/generativelanguage.googleapis.com/overview?project=7';
  stage.google = [
    refusal(400, { message: 'API key not valid', details: [{ reason: 'API_KEY_INVALID' }] }),
    refusal(403, { details: [{ reason: 'SERVICE_DISABLED', metadata: { activationUrl: link } }] }),
    refusal(403, { message: 'Requests from this address are blocked.' }),
    { status: 200, body: {} },
  ];
  const keys = ['one', 'two', 'three', 'four'].map((name) => `${GOOD_KEY}-${name}`);

  const { said } = await setUp([...keys, SKIP, SKIP, SKIP, SKIP, 'n']);

  expect(said).toContain('Google does not know this key.');
  expect(said).toContain('It knows the key but not the API: switch on the Generative Language API');
  expect(said).toContain(link);
  expect(said).toContain('Google refuses the key: Requests from this address are blocked.');
  expect(stage.keysAsked).toEqual(keys);
  expect(said).toContain('Then Peel stays a demo.');
  expect(stage.secrets()).not.toHaveProperty('GOOGLE_API_KEYS');
});

it('stores a key that could not be checked only where that is wanted', async () => {
  const silent = { GOOGLE_BASE_URL: 'http://127.0.0.1:9' };

  const { said } = await setUp([GOOD_KEY, 'n', GOOD_KEY, 'y', SKIP, SKIP, SKIP, SKIP, 'y'], [], silent);

  expect(said.match(/No answer from Google\. Store it anyway\?/g)).toHaveLength(2);
  expect(stage.secrets().GOOGLE_API_KEYS).toBe(GOOD_KEY);
});

it('names the rule of an answer that breaks it, and asks again', async () => {
  stage.answer({ 'wrangler turnstile': [{ status: 1, stderr: 'Turnstile is not for this token' }] });

  const { status, said } = await setUp([
    SKIP,
    'my shop',
    'http://shop.example',
    'shop.test.example',
    'five',
    '5',
    '50',
    '3',
    '2',
  ]);

  expect(said).toContain('"my" is no address of a page, such as https://shop.example.');
  expect(said).toContain('"http://shop.example" must be https, except on this machine (localhost).');
  expect(said).toContain('Type an amount in dollars, such as 5 or 2.50: more than 0, and less than 1,000,000.');
  expect(said).toContain('Type 1 or 2.');
  expect(said).toContain('Turnstile is not for this token');
  expect(said).toContain('Proof of work it is; Turnstile later on the desk.');
  expect(stage.site.record).toMatchObject({ origins: ['https://shop.test.example'], proof: 'pow' });
  expect(status).toBe(0);
});

it('goes on where a deployment failed, with what had been answered', async () => {
  stage.answer({ 'wrangler deploy': [{ status: 1, stderr: 'You need to verify your email address' }, {}] });

  const first = await setUp([GOOD_KEY, 'https://posters.tidewater.example', '8', '80', '1', 'y']);
  const second = await setUp([GOOD_KEY, SKIP, SKIP, SKIP]);

  expect(first.status).toBe(1);
  expect(first.said).toContain('You need to verify your email address');
  expect(first.said).toContain(AGAIN);
  expect(second.said).toContain('A day (8):');
  expect(second.said).not.toContain('Address:');
  expect(second.status).toBe(0);
  expect(stage.site.record).toMatchObject({ budgets: { dailyUsd: 8, monthlyUsd: 80 }, adultsDeclared: true });
});

it('says how to go on when it is stopped', async () => {
  const { status, said } = await setUp([SKIP]);

  expect(said).toContain('Stopped. Run `npm run setup` again');
  expect(status).toBe(1);
});

it('passes on why the worker refuses an answer', async () => {
  stage.refusals = [refusal(400, { message: 'origins.0 must not be a wildcard below pages.dev' })];

  const { status, said } = await setUp([SKIP, 'https://*.pages.dev', SKIP, SKIP, SKIP]);

  expect(said).toContain('origins.0 must not be a wildcard below pages.dev');
  expect(status).toBe(1);
});

it('takes every answer of a machine from a variable', async () => {
  const variables = {
    ...{ GOOGLE_API_KEYS: GOOD_KEY, SITE_ORIGINS: 'https://tidewater.example', SITE_MONTHLY_BUDGET_USD: '90' },
    ...{ SITE_PROOF: 'pow', ADULTS_DECLARED: 'yes', ADMIN_TOKEN: 'correct-horse-battery-staple-9' },
  };

  const { status, said } = await setUp([], ['--yes'], variables);

  expect(status).toBe(0);
  expect(said).not.toContain(variables.ADMIN_TOKEN);
  expect(stage.secrets().ADMIN_TOKEN).toBe(variables.ADMIN_TOKEN);
  expect(stage.secrets().ADULTS_DECLARED).toBe('yes');
  expect(stage.site.record).toMatchObject({ budgets: { dailyUsd: 5, monthlyUsd: 90 }, adultsDeclared: true });
});

it.each([
  [
    'SITE_DAILY_BUDGET_USD: Type an amount in dollars, such as 5 or 2.50: more than 0, and less than 1,000,000.',
    { SITE_DAILY_BUDGET_USD: 'five' },
    {},
  ],
  ['Set CLOUDFLARE_API_TOKEN', {}, { 'wrangler whoami': [{ status: 1 }] }],
  ['R2 is not switched on', {}, { 'wrangler r2 bucket list': [{ status: 1, stderr: 'enable R2' }] }],
  ['Authentication error', {}, { 'wrangler r2 bucket list': [{ status: 1, stderr: 'Authentication error' }] }],
])('tells a machine what is wrong and deploys nothing: %s', async (words, variables, answers) => {
  stage.answer(answers);

  const { status, said } = await setUp([], ['--yes'], variables);

  expect(status).toBe(1);
  expect(said).toContain(words);
  expect(stage.calls('deploy')).toEqual([]);
});

it('runs one step alone, with the password of the desk', async () => {
  await setUp([SKIP, SKIP, SKIP, SKIP, SKIP]);
  const token = stage.secrets().ADMIN_TOKEN as string;

  const right = await setUp(['3', '30', token], ['--budget']);
  const wrong = await setUp(['4', '30', 'guess'], ['--budget']);
  const later = await setUp(['https://late.tidewater.example', SKIP], ['--origins']);

  expect(right.status).toBe(0);
  expect(right.said).toContain('! dollars: is more than the deployment has');
  expect(right.said).not.toContain('Provider key');
  expect(right.said).not.toContain(token);
  expect(wrong.said).toContain('That is not the password of this desk');
  expect(later.said).toContain('These answers were not sent, and what the desk has stays: pages.');
  expect(later.said).toContain(`Change it at ${stage.address}/peel/admin/sites/default.`);
  expect(stage.site.record).toMatchObject({ budgets: { dailyUsd: 3, monthlyUsd: 30 } });
  expect(stage.calls('deploy')).toHaveLength(1);
});
