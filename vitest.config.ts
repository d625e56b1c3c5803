import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.ts';

/**
 * `verbose` is workerd's: of every connection that breaks, as tests make them, it would tell what it has thrown inside
 * itself. Its errors and warnings are shown without it, and a promise that is left rejected fails the run by itself.
 */
const inWorkerd = () =>
  cloudflareTest({ main: './test/main.ts', wrangler: { configPath: './wrangler.toml' }, verbose: false });

const UPSTREAM = ['test/upstream/global-setup.ts'];

/** They abort every object there is, or count what the deployment's ledger and all of R2 hold. */
const ALONE = ['test/objects/**/*.test.ts', 'test/routes/generate/{outage,paid-once}.test.ts'];

export default defineConfig({
  test: {
    // A line for each file says nothing where all is well; a terminal shows how far it is.
    reporters: process.stdout.isTTY ? ['dot'] : ['minimal'],
    // The worker's own log lines; what a test prints itself is meant to be read.
    onConsoleLog: (line) => !/^\{"event":|^Lit is in dev mode/.test(line),
    // LangChain leaves a promise of the SDK that it stands on, which fails with the stream whose failure it does raise.
    onUnhandledError: ({ message }) => message !== '[GoogleGenerativeAI Error]: Failed to parse stream',
    maxWorkers: 2,
    projects: [
      {
        // Files share a workerd, which saves a start for each; what it stores is emptied between them.
        plugins: [inWorkerd()],
        test: {
          name: 'worker',
          include: [
            'test/*.test.ts',
            'test/{answers,auth,catalog,config,files,gemini,generation,http,ledger,limits}/**/*.test.ts',
            'test/{pricing,providers,request,routes,shared,storage}/**/*.test.ts',
          ],
          exclude: ALONE,
          isolate: false,
          setupFiles: ['test/fresh.ts'],
          globalSetup: UPSTREAM,
        },
      },
      {
        plugins: [inWorkerd()],
        test: { name: 'alone', include: ALONE, globalSetup: UPSTREAM },
      },
      {
        // Vite reads the widget's own tsconfig for its decorators.
        test: {
          name: 'widget',
          include: ['test/widget/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findChromium(), args: CHROMIUM_ARGS } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/{docs,e2e,upstream,bench,prove,lint}/**/*.test.ts'],
          // Some measure time, and others want all cores: one at a time, after all else.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Packages of others, with a lock of their own: `npm run clients` installs them first.
        test: {
          name: 'clients',
          include: ['test/clients/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
