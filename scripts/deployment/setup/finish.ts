/** After the questions: the deployment, its secrets, the site `default`, and what to paste where. */
import { randomBytes } from 'node:crypto';
import { html } from '../../../widget/builder/snippets.ts';
import { CannotGoOn } from '../cannot-go-on.ts';
import { WranglerError } from '../cloudflare.ts';
import { awaitHealth, createOwnerApi, type SiteFields } from '../owner-api.ts';
import type { Session } from './session.ts';

/** @param stored Names of the secrets that the worker has. */
export async function finish(session: Session, stored: readonly string[]): Promise<void> {
  const { terminal, only, notes } = session;
  terminal.say();
  const isDeployed = only !== undefined && notes.address() !== undefined;
  if (!isDeployed) await deploy(session);
  const address = requireAddress(session);
  makeSecrets(session, stored);
  await makeTurnstile(session, stored, address);
  await storeSecrets(session);
  const { demo } = await awaitHealth(address);
  await writeSite(session, address);
  terminal.done(`${address} answers${demo ? ' as a demo: it draws by itself, at no cost, with play money' : ''}`);
  tellEnd(session, address);
}

async function deploy(session: Session): Promise<void> {
  const { terminal, grey } = session;
  terminal.say('Deploying …');
  const startedAt = performance.now();
  const { ok, said } = await session.deploy();
  if (!ok) throw new CannotGoOn(`${said}\n\nRun \`npm run setup\` again; it goes on here.`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  terminal.done(`Deployed, with storage, limits and ledger ${grey(`(${seconds} s)`)}`);
}

function requireAddress({ notes }: Session): string {
  const address = notes.address();
  if (address !== undefined) return address;
  throw new CannotGoOn(
    'Where the worker answers is not known here: wrangler named a route and no address.\n' +
      'Run PEEL_URL=https://… npm run setup again; it goes on here.',
  );
}

function makeSecrets({ terminal, env, secrets }: Session, stored: readonly string[]): void {
  for (const name of ['PEEL_SECRET', 'ADMIN_TOKEN'].filter((each) => !stored.includes(each))) {
    const given = env[name]?.trim();
    secrets[name] = given || randomBytes(32).toString('base64url');
    terminal.done(given ? `Took ${name} from the environment` : `Made ${name}, 256 random bits`);
  }
}

/** Made once the worker's own address is known, because it is one of the widget's hosts. */
async function makeTurnstile(session: Session, stored: readonly string[], address: string): Promise<void> {
  const { terminal, cloudflare, known, secrets, remember } = session;
  if (known.proof !== 'turnstile' || stored.includes('TURNSTILE_SECRET_KEY')) return;
  const pages = (known.origins ?? []).map((origin) => new URL(origin.replace('*.', '')).hostname);
  const hosts = [...new Set([...pages, new URL(address).hostname])];
  try {
    const { siteKey, secretKey } = await cloudflare.createTurnstile(hosts);
    Object.assign(secrets, { TURNSTILE_SITE_KEY: siteKey, TURNSTILE_SECRET_KEY: secretKey });
    terminal.done(`Made a Turnstile widget for ${hosts.join(', ')}`);
  } catch (error) {
    if (!(error instanceof WranglerError)) throw error;
    remember({ proof: 'pow' });
    terminal.warn(`${lastLine(error.message)}\nProof of work it is; Turnstile later on the desk.`);
  }
}

async function storeSecrets({ terminal, cloudflare, secrets }: Session): Promise<void> {
  const count = Object.keys(secrets).length;
  if (count === 0) return;
  await cloudflare.putSecrets(secrets);
  terminal.done(`${count} ${count === 1 ? 'secret' : 'secrets'} stored in the worker, none in a file.`);
}

/** The answers that are no secrets, as fields of the site `default`. */
function fieldsOfSite({ known, isAsked }: Session): SiteFields {
  const { origins, dailyUsd, monthlyUsd, proof, adultsDeclared } = known;
  const money = isAsked('budget') && dailyUsd !== undefined && monthlyUsd !== undefined;
  return {
    ...(isAsked('origins') && origins && { origins }),
    ...(money && { budgets: { dailyUsd, monthlyUsd } }),
    ...(isAsked('proof') && proof && { proof }),
    ...(isAsked('key') && adultsDeclared && { adultsDeclared }),
  };
}

async function writeSite(session: Session, address: string): Promise<void> {
  const { terminal, secrets, askHidden } = session;
  const fields = fieldsOfSite(session);
  if (Object.keys(fields).length === 0) return;
  const token =
    secrets.ADMIN_TOKEN ?? (await askHidden('ADMIN_TOKEN', "Your desk's password (Enter to do it on the desk):"));
  if (token === undefined) {
    return terminal.warn(
      `These answers were not sent, and what the desk has stays: ${Object.keys(fields).map(nameOfField).join(', ')}.\nChange it at ${address}/peel/admin/sites/default.`,
    );
  }
  for (const { field, warning } of await createOwnerApi(address, token).changeSite(fields)) {
    terminal.warn(`${nameOfField(field.split('.')[0] ?? '')}: ${warning}`);
  }
  terminal.done('The rest is site “default”.');
}

function tellEnd({ terminal, env, secrets, grey }: Session, address: string): void {
  const { say, style } = terminal;
  const teal = (text: string) => style('cyan', text);
  say();
  say(`${teal('Your desk')}   ${address}/peel/admin`);
  if (secrets.ADMIN_TOKEN && env.ADMIN_TOKEN === undefined) {
    say(`${teal('Log in with')} ${secrets.ADMIN_TOKEN}`);
    say(grey('shown this once, keep it in your password manager'));
  }
  say();
  say(teal('On your page'));
  say(html(address, { attributes: [], css: [], ideas: [] }));
  say();
  say(grey(`Its look: ${address}/build`));
  say(grey('Undo all of it: npm run undeploy   Upgrade: npm run upgrade'));
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
