import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.ts';

const inWorkerd = () => cloudflareTest({ main: './test/main.ts', wrangler: { configPath: './wrangler.toml' } });

export default defineConfig({
  test: {
    // The worker's own log lines; what a test prints itself is meant to be read.
    onConsoleLog: (line) => !/^\{"event":|^Lit is in dev mode/.test(line),
    projects: [
      {
        plugins: [inWorkerd()],
        test: {
          name: 'worker',
          include: ['test/{*,{answers,auth,config,generation,http,ledger,limits,objects,routes,storage}/**/*}.test.ts'],
          globalSetup: ['test/upstream/global-setup.ts'],
        },
      },
      {
        // Rooms that store nothing: their files share one workerd, which saves a start for each.
        plugins: [inWorkerd()],
        test: {
          name: 'rules',
          include: ['test/{catalog,files,gemini,pricing,providers,request,shared}/**/*.test.ts'],
          isolate: false,
          globalSetup: ['test/upstream/global-setup.ts'],
        },
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
          include: ['test/{docs,e2e,upstream,bench,prove}/**/*.test.ts'],
          fileParallelism: false,
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
