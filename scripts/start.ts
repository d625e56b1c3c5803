/**
 * `npm start`: builds the widget and starts the worker on this machine. Without a key it uses the demo provider, so
 * that the first picture needs only npm. `--watch` rebuilds the widget when it changes.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const port = Number(process.env.PORT ?? 8787);
const watch = process.argv.includes('--watch');
/** Every other argument goes to wrangler, such as `--persist-to`. */
const others = process.argv.slice(2).filter((argument) => argument !== '--watch');

if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error(`PORT must be a port number, got "${process.env.PORT}".`);
  process.exit(2);
}

await build({ root: join(root, 'widget/playground'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
if (watch) {
  await build({
    root: join(root, 'widget/playground'),
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { watch: {} },
  });
}

const envFile = writeEnvFile();
console.log(`
  Peel is starting at http://127.0.0.1:${port}/

  The page        http://127.0.0.1:${port}/
  The API         baseUrl http://127.0.0.1:${port}   apiKey ${clientKey('<CLIENT_KEYS>')}
  The desk        http://127.0.0.1:${port}/peel/admin   token ${ownersToken()}
  The builder     http://127.0.0.1:${port}/build
  The docs        http://127.0.0.1:${port}/docs
  Configuration   ${existsSync(join(root, '.dev.vars')) ? '.dev.vars' : 'demo defaults (copy .dev.vars.example to .dev.vars to use a real key)'}
`);

const wrangler = spawn(
  join(root, 'node_modules/.bin/wrangler'),
  [
    'dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--env-file',
    envFile,
    '--show-interactive-dev-session=false',
    ...others,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => wrangler.kill(signal));
wrangler.on('exit', (code) => process.exit(code ?? 0));

/** Creates a secret once and stores it, so that tickets and bookmarks survive a restart. */
function keptSecret(name: string, bytes: number): string {
  const file = join(root, '.peel', name);
  mkdirSync(join(root, '.peel'), { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(bytes).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** `DEV_VARS` names another file than `.dev.vars`. */
function ownVariables(): string {
  const file = join(root, process.env.DEV_VARS ?? '.dev.vars');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** A name without a value is not set: `.dev.vars.example` has one that is filled in elsewhere. */
function isOwn(name: string): boolean {
  return new RegExp(`^\\s*(export\\s+)?${name}\\s*=[ \\t]*(?:[^\\s'"#]|(['"])(?!\\2))`, 'm').test(ownVariables());
}

/** With a real provider key, the client key must not be guessable. */
function clientKey(own: string): string {
  if (isOwn('CLIENT_KEYS')) return own;
  const hasProvider = /^\s*(export\s+)?\w+_API_KEYS\s*=[ \t]*['"]?[^\s'"]/m.test(ownVariables());
  return hasProvider ? `pk_${keptSecret('client-key', 16)}` : 'pk_dev';
}

/** A token that the owner has set is never printed. */
function ownersToken(): string {
  return isOwn('ADMIN_TOKEN') ? '<ADMIN_TOKEN>' : keptSecret('admin-token', 16);
}

/** The owner's `.dev.vars` over the demo defaults. */
function writeEnvFile(): string {
  const defaults: Record<string, string> = {
    PEEL_SECRET: keptSecret('secret', 32),
    ADMIN_TOKEN: keptSecret('admin-token', 16),
    CLIENT_KEYS: `dev:${clientKey('')}`,
    SITE_ORIGINS: `http://127.0.0.1:${port},http://localhost:${port}`,
  };
  const missing = Object.entries(defaults).filter(([name]) => !isOwn(name));
  // Of its port: a second start must not change the pages of the first.
  const file = join(root, '.peel', `env-${port}`);
  const lines = missing.map(([name, value]) => `${name}="${value}"`);
  writeFileSync(file, `${ownVariables()}\n${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}
