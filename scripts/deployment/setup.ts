/**
 * The steps of `npm run setup`, from an empty account to a page that draws. Each can be skipped with Enter. A run that
 * was stopped goes on where it was: answers are in `.peel/setup.json`, secrets only in the worker, which tells which of
 * them it has.
 */
import { randomBytes } from 'node:crypto';
import { tagOf } from '../../worker/providers/key-tag.ts';
import * as answers from './answers.ts';
import { CannotGoOn } from './cannot-go-on.ts';
import { type Account, type Cloudflare, WranglerError } from './cloudflare.ts';
import type { CommandResult } from './command.ts';
import { checkKey, type KeyCheck } from './google-key.ts';
import type { Notes, SetupNotes } from './notes.ts';
import { awaitHealth, createOwnerApi, OwnerApiError, type SiteFields } from './owner-api.ts';
import { Stopped, type Terminal } from './terminal.ts';

export type Step = 'key' | 'origins' | 'budget' | 'proof';

export interface SetupOptions {
  terminal: Terminal;
  cloudflare: Cloudflare;
  notes: Notes;
  /** Builds and deploys, as `npm run deploy` does. */
  deploy: () => Promise<CommandResult>;
  /** Variables that stand for answers where nobody is asked. */
  env: Record<string, string | undefined>;
  /** `--yes`: a machine. Every answer comes from a variable, and an absent one skips its step. */
  isMachine: boolean;
  /** Absent: all of them. */
  only?: Step;
  /** UTC, `YYYY-MM-DD`. */
  today: string;
}

/** What a site may spend unless its owner says otherwise, and all sites together. */
const SITE = { day: 5, month: 50 };
const DEPLOYMENT = { day: 20, month: 200 };

const R2_PAGE = 'https://dash.cloudflare.com/?to=/:account/r2';

export async function setUp(options: SetupOptions): Promise<void> {
  const { terminal, cloudflare, notes, env, isMachine, only, today } = options;
  const { say, done, warn, style } = terminal;
  const known: SetupNotes = notes.readSetup();
  const secrets: Record<string, string> = {};
  const asked = (step: Step) => only === undefined || only === step;
  const grey = (text: string) => style('dim', text);

  function remember(news: SetupNotes): void {
    Object.assign(known, news);
    notes.writeSetup(known);
  }

  function title(step: number, text: string, hint: string): void {
    say();
    say(`${only ? '' : `${style('cyan', `${step} of 5`)}  `}${text} ${grey(`(${hint})`)}`);
  }

  /**
   * Asks until an answer is right. @returns undefined where it is skipped.
   *
   * @param variable What a machine answers with.
   */
  async function ask<T>(
    variable: string,
    question: string,
    parse: (text: string) => answers.Parsed<T> | Promise<answers.Parsed<T>>,
    read: (question: string) => Promise<string> = terminal.ask,
  ): Promise<T | undefined> {
    for (;;) {
      const text = isMachine ? (env[variable] ?? '').trim() : await read(question);
      if (text === '') return undefined;
      const parsed = await parse(text);
      if (parsed.ok) return parsed.value;
      if (isMachine) throw new CannotGoOn(`${variable}: ${parsed.rule}`);
      warn(parsed.rule);
    }
  }

  const askHidden = (variable: string, question: string) =>
    ask(variable, question, (text) => ({ ok: true as const, value: text }), terminal.askHidden);

  const askWhether = (variable: string, question: string) =>
    ask(variable, `${question} ${grey('(y/n)')}:`, answers.parseYesOrNo);

  async function checkMachine(): Promise<void> {
    const refusal = answers.refuseMachine(process.versions.node);
    if (refusal) throw new CannotGoOn(refusal);
    const npm = /\bnpm\/(\S+)/.exec(env.npm_config_user_agent ?? '')?.[1];
    done(`Node ${process.versions.node}${npm ? `, npm ${npm}` : ''}`);
  }

  async function logIn(): Promise<void> {
    let user = await cloudflare.whoAmI();
    if (!user && isMachine) {
      throw new CannotGoOn('Nobody is logged in to Cloudflare. Set CLOUDFLARE_API_TOKEN, or run `npx wrangler login`.');
    }
    if (!user) {
      say('Your browser opens for the log-in at Cloudflare.');
      await cloudflare.logIn();
      user = await cloudflare.whoAmI();
      if (!user) throw new CannotGoOn('Nobody is logged in to Cloudflare. Run `npm run setup` again; it goes on here.');
    }
    done(`Logged in to Cloudflare${user.email ? ` as ${user.email}` : ''}`);
    const account = await chooseAccount(user.accounts);
    if (account) cloudflare.use(account);
  }

  async function chooseAccount(accounts: readonly Account[]): Promise<Account | undefined> {
    if (accounts.length <= 1) return accounts[0];
    const wanted = env.CLOUDFLARE_ACCOUNT_ID ?? known.accountId;
    const found = accounts.find(({ id }) => id === wanted);
    if (found) {
      done(`Account ${found.name}`);
      return found;
    }
    say('Your accounts:');
    for (const [at, { name, id }] of accounts.entries()) say(`  ${at + 1}  ${name} ${grey(id)}`);
    if (isMachine) throw new CannotGoOn('There are several accounts: CLOUDFLARE_ACCOUNT_ID must name one of them.');
    for (;;) {
      const account = accounts[Number(await terminal.ask(`Which one ${grey('(its number)')}:`)) - 1];
      if (account) {
        remember({ accountId: account.id });
        return account;
      }
      warn(`A number from 1 to ${accounts.length}.`);
    }
  }

  async function awaitR2(): Promise<void> {
    while (!(await cloudflare.hasR2())) {
      warn(
        'R2 is not switched on in this account yet. It is free up to 10 GB; Cloudflare asks for a card.\n' +
          `Switch it on at ${R2_PAGE}, then press Enter.`,
      );
      if (isMachine) throw new CannotGoOn('R2 is not switched on in this account.');
      await terminal.ask('');
    }
    done('R2 is on');
  }

  /** @returns Whether there is a key, also one of an earlier run. */
  async function askKey(names: readonly string[]): Promise<boolean> {
    title(1, 'Provider key', 'Enter for the demo: no key, play money');
    const hasOne = names.includes('GOOGLE_API_KEYS');
    if (hasOne && only === undefined && !env.GOOGLE_API_KEYS) {
      done('A Google key is stored. Another one: npm run setup -- --key');
      return true;
    }
    for (;;) {
      const key = await askHidden('GOOGLE_API_KEYS', 'Google key, not shown as you type:');
      if (key === undefined) return hasOne;
      say(
        grey(
          `shown as ${key
            .split(',')
            .map((each) => tagOf(each.trim()))
            .join(', ')} from now on`,
        ),
      );
      if (await isFit(key.split(',')[0]?.trim() ?? '')) {
        secrets.GOOGLE_API_KEYS = key;
        return true;
      }
      if (isMachine) throw new CannotGoOn('GOOGLE_API_KEYS: the key was refused.');
    }
  }

  /** Tells what Google says of a key. @returns Whether it is to be stored. */
  async function isFit(key: string): Promise<boolean> {
    const check: KeyCheck = await checkKey(key, env.GOOGLE_BASE_URL);
    switch (check.is) {
      case 'good':
        done(`Google knows it and lists ${check.pictureModels} picture models. One free call, no picture drawn.`);
        warn('Whether the project has billing shows with the first picture. Without billing Google draws no pictures.');
        return true;
      case 'unknown':
        warn('Google does not know this key. Copied whole?');
        return false;
      case 'api_off':
        warn(`It knows the key but not the API: switch on the Generative Language API at\n${check.link}`);
        return false;
      case 'refused':
        warn(`Google refuses the key: ${check.words}`);
        return false;
      case 'silent':
        return (await askWhether('STORE_UNCHECKED_KEY', 'No answer from Google. Store it anyway?')) ?? false;
    }
  }

  async function askPages(): Promise<void> {
    title(2, 'Pages that may ask', 'several with a comma; Enter to do it later on the desk');
    if (known.origins && only === undefined && !env.SITE_ORIGINS) return done(known.origins.join(', '));
    const pages = await ask('SITE_ORIGINS', 'Address:', answers.parsePages);
    if (!pages) return;
    const origins = [...pages.origins];
    if (pages.shortened.length > 0) {
      say(
        `${grey('Taken as')} ${pages.shortened.join(', ')}${grey(': an address as browsers write it, up to the first slash.')}`,
      );
    }
    for (const twin of isMachine ? [] : answers.twinsOf(origins)) {
      if (await askWhether('', `Visitors also come to ${twin}?`)) origins.push(twin);
    }
    remember({ origins });
  }

  async function askDollars(): Promise<void> {
    title(3, 'Dollars', `Enter for ${known.dailyUsd ?? SITE.day} a day and ${known.monthlyUsd ?? SITE.month} a month`);
    const dailyUsd =
      (await ask('SITE_DAILY_BUDGET_USD', `A day ${grey(`(${known.dailyUsd ?? SITE.day})`)}:`, answers.parseDollars)) ??
      known.dailyUsd ??
      SITE.day;
    const monthlyUsd =
      (await ask(
        'SITE_MONTHLY_BUDGET_USD',
        `A month ${grey(`(${known.monthlyUsd ?? SITE.month})`)}:`,
        answers.parseDollars,
      )) ??
      known.monthlyUsd ??
      SITE.month;
    const about = answers.estimatePictures(dailyUsd, today);
    if (about) say(`About ${about.pictures} pictures a day with ${about.model}. Nothing passes either.`);
    if (dailyUsd > monthlyUsd) warn(`The month ends it: it may spend less than a day ($${monthlyUsd}).`);
    if (monthlyUsd > answers.TIER_1_MONTH) {
      warn(
        `Google lets an account of tier 1 spend $${answers.TIER_1_MONTH} a month.\nAbove that it refuses, whatever Peel allows.`,
      );
    }
    // The deployment's own budgets would be the lower ones.
    if (dailyUsd > DEPLOYMENT.day) secrets.DEPLOYMENT_DAILY_BUDGET_USD = String(dailyUsd);
    if (monthlyUsd > DEPLOYMENT.month) secrets.DEPLOYMENT_MONTHLY_BUDGET_USD = String(monthlyUsd);
    remember({ dailyUsd, monthlyUsd });
  }

  async function askProof(): Promise<void> {
    title(4, 'Bot check', '1 proof of work, needs nothing · 2 Turnstile, made for you; Enter for 1');
    const proof = await ask('SITE_PROOF', '1 or 2:', answers.parseProof);
    remember({ proof: proof ?? known.proof ?? 'pow' });
  }

  async function askAdults(hasKey: boolean): Promise<void> {
    if (!hasKey || known.adultsDeclared) return;
    if (only === undefined) title(5, 'Who it is for', 'the terms of Google ask');
    const isForAdults = await askWhether('ADULTS_DECLARED', 'Your page is not aimed at people under 18');
    if (isForAdults) return remember({ adultsDeclared: true });
    delete secrets.GOOGLE_API_KEYS;
    warn('Then Peel stays a demo.');
  }

  /** Made once the worker's own address is known, because it is one of the widget's hosts. */
  async function makeTurnstile(names: readonly string[], address: string): Promise<void> {
    if (known.proof !== 'turnstile' || names.includes('TURNSTILE_SECRET_KEY')) return;
    const pages = (known.origins ?? []).map((origin) => new URL(origin.replace('*.', '')).hostname);
    const hosts = [...new Set([...pages, new URL(address).hostname])];
    try {
      const { siteKey, secretKey } = await cloudflare.createTurnstile(hosts);
      Object.assign(secrets, { TURNSTILE_SITE_KEY: siteKey, TURNSTILE_SECRET_KEY: secretKey });
      done(`Made a Turnstile widget for ${hosts.join(', ')}`);
    } catch (error) {
      if (!(error instanceof WranglerError)) throw error;
      remember({ proof: 'pow' });
      warn(`${lastLine(error.message)}\nProof of work it is; Turnstile later on the desk.`);
    }
  }

  function makeSecrets(names: readonly string[]): void {
    for (const name of ['PEEL_SECRET', 'ADMIN_TOKEN'].filter((each) => !names.includes(each))) {
      const given = env[name]?.trim();
      secrets[name] = given || randomBytes(32).toString('base64url');
      done(given ? `Took ${name} from the environment` : `Made ${name}, 256 random bits`);
    }
  }

  async function deploy(): Promise<string> {
    say('Deploying …');
    const startedAt = performance.now();
    const { ok, said } = await options.deploy();
    if (!ok) throw new CannotGoOn(`${said}\n\nRun \`npm run setup\` again; it goes on here.`);
    done(
      `Deployed, with storage, limits and ledger ${grey(`(${Math.round((performance.now() - startedAt) / 1000)} s)`)}`,
    );
    return demandAddress();
  }

  function demandAddress(): string {
    const address = notes.address();
    if (address !== undefined) return address;
    throw new CannotGoOn(
      'Where the worker answers is not known here: wrangler named a route and no address.\n' +
        'Run PEEL_URL=https://… npm run setup again; it goes on here.',
    );
  }

  async function storeSecrets(): Promise<void> {
    const count = Object.keys(secrets).length;
    if (count === 0) return;
    await cloudflare.putSecrets(secrets);
    done(`${count} ${count === 1 ? 'secret' : 'secrets'} stored in the worker, none in a file.`);
  }

  /** The answers that are no secrets, as fields of the site `default`. */
  function fieldsOfSite(): SiteFields {
    const { origins, dailyUsd, monthlyUsd, proof, adultsDeclared } = known;
    const money = asked('budget') && dailyUsd !== undefined && monthlyUsd !== undefined;
    return {
      ...(asked('origins') && origins && { origins }),
      ...(money && { budgets: { dailyUsd, monthlyUsd } }),
      ...(asked('proof') && proof && { proof }),
      ...(asked('key') && adultsDeclared && { adultsDeclared }),
    };
  }

  async function writeSite(address: string): Promise<void> {
    const fields = fieldsOfSite();
    if (Object.keys(fields).length === 0) return;
    const token =
      secrets.ADMIN_TOKEN ?? (await askHidden('ADMIN_TOKEN', "Your desk's password (Enter to do it on the desk):"));
    if (token === undefined) {
      return warn(
        `These answers were not sent, and what the desk has stays: ${Object.keys(fields).map(nameOfField).join(', ')}.\nChange it at ${address}/peel/admin/sites/default.`,
      );
    }
    for (const warning of await createOwnerApi(address, token).changeSite(fields)) warn(warning);
    done('The rest is site “default”.');
  }

  function tellEnd(address: string): void {
    const teal = (text: string) => style('cyan', text);
    say();
    say(`${teal('Your desk')}   ${address}/peel/admin`);
    if (secrets.ADMIN_TOKEN && env.ADMIN_TOKEN === undefined) {
      say(`${teal('Log in with')} ${secrets.ADMIN_TOKEN}`);
      say(grey('shown this once, keep it in your password manager'));
    }
    say();
    say(teal('On your page'));
    say(`<script type="module" src="${address}/widget.js"></script>`);
    say('<peel-studio style="min-block-size:34rem"></peel-studio>');
    say();
    say(grey(`Its look: ${address}/build`));
    say(grey('Undo all of it: npm run undeploy   Upgrade: npm run upgrade'));
  }

  try {
    say();
    say(`${style('cyan', 'Peel')} puts itself on your Cloudflare account. Nothing is charged until you say so.`);
    say('Stop with Ctrl+C at any time; run it again and it goes on where it stopped.');
    say();
    await checkMachine();
    await logIn();
    await awaitR2();
    const names = await cloudflare.secretNames();
    const hasKey = asked('key') && (await askKey(names));
    if (asked('origins')) await askPages();
    if (asked('budget')) await askDollars();
    if (asked('proof')) await askProof();
    await askAdults(hasKey);
    say();
    const address = only === undefined || notes.address() === undefined ? await deploy() : demandAddress();
    makeSecrets(names);
    await makeTurnstile(names, address);
    await storeSecrets();
    const { demo } = await awaitHealth(address);
    await writeSite(address);
    done(`${address} answers${demo ? ' as a demo: it draws by itself, at no cost, with play money' : ''}`);
    tellEnd(address);
  } catch (error) {
    if (error instanceof Stopped) throw new CannotGoOn('Stopped. Run `npm run setup` again; it goes on here.');
    if (error instanceof WranglerError || error instanceof OwnerApiError)
      throw new CannotGoOn(`${error.message}\n\nRun \`npm run setup\` again; it goes on here.`);
    throw error;
  }
}

/** Names of a record's fields as the questions have them. */
const FIELDS: Record<string, string> = {
  origins: 'pages',
  budgets: 'dollars',
  proof: 'bot check',
  adultsDeclared: 'age',
};
const nameOfField = (field: string): string => FIELDS[field] ?? field;

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
