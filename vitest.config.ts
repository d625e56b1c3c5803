import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.ts';

export default defineConfig({
  test: {
    // The worker's own log lines; what a test prints itself is meant to be read.
    onConsoleLog: (line) => !/^\{"event":|^Lit is in dev mode/.test(line),
    projects: [
      {
        plugins: [cloudflareTest({ main: './test/main.ts', wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'worker',
          include: [
            'test/{*,{answers,domain,gemini,generation,middleware,objects,providers,routes,storage}/**/*}.test.ts',
          ],
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
          include: ['test/{e2e,upstream,bench,prove}/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
