import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.ts';

/**
 * `verbose` would print workerd's internal exception for every connection that a test breaks. Workerd's errors and
 * warnings are shown without it, and an unhandled rejection fails the run anyway.
 */
const inWorkerd = () =>
  cloudflareTest({ main: './test/main.ts', wrangler: { configPath: './wrangler.toml' }, verbose: false });

const UPSTREAM = ['test/upstream/global-setup.ts'];
const BUILT_WORKER = ['test/e2e/global-setup.ts'];

const ONE_DAY = 'test/one-day.ts';

/** A limit that is never reached costs nothing, and a machine may have other work. */
const PATIENT = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };

/** These tests abort every object, or count the contents of the deployment's ledger and of all of R2. */
const ALONE = ['test/objects/**/*.test.ts', 'test/routes/generate/{outage,paid-once}.test.ts'];

/** The first builds the assets anew, from which all other deployments are served. The second measures what moves. */
const BY_THEMSELVES = ['test/e2e/{start,widget-weight}.test.ts'];

const SHORT_PROOFS = ['test/prove/{callers,proofs}.test.ts'];

/** Each takes a minute or more. Begun last, one would run alone while the other cores wait. */
const LONGEST = ['prove/proofs', 'e2e/widget-proof', 'e2e/widget', 'e2e/widget-visit', 'e2e/desk', 'prove/callers'].map(
  (name) => `/test/${name}.test.ts`,
);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    // A terminal shows progress as dots; a log needs no line for each file that passes.
    reporters: process.stdout.isTTY ? ['dot'] : ['minimal'],
    // Hides the worker's own log lines and shows what a test prints.
    onConsoleLog: (line) => !/^\{"event":|^Lit is in dev mode/.test(line),
    // LangChain leaves a promise of the SDK that it stands on, which fails with the stream whose failure it does raise.
    onUnhandledError: ({ message }) => message !== '[GoogleGenerativeAI Error]: Failed to parse stream',
    // On two cores: a third of their time tests wait, for a provider, an alarm or a page.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // Test files share one workerd, which saves a start for each; what it stores is emptied between them.
        plugins: [inWorkerd()],
        test: {
          name: 'worker',
          include: [
            'test/*.test.ts',
            'test/{alarms,answers,auth,bills,catalog,config,files,gemini,generation,http,ledger,limits}/**/*.test.ts',
            'test/{pricing,proofs,providers,request,routes,setup,shared,sites,storage,templates}/**/*.test.ts',
          ],
          exclude: ALONE,
          isolate: false,
          setupFiles: [ONE_DAY, 'test/fresh.ts'],
          globalSetup: UPSTREAM,
          ...PATIENT,
        },
      },
      {
        plugins: [inWorkerd()],
        test: { name: 'alone', include: ALONE, setupFiles: [ONE_DAY], globalSetup: UPSTREAM, ...PATIENT },
      },
      {
        // Vite reads the widget's own tsconfig for its decorators.
        test: {
          name: 'widget',
          include: ['test/widget/**/*.test.ts'],
          setupFiles: ['test/widget/patient-waits.ts'],
          ...PATIENT,
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
          name: 'e2e',
          include: ['test/{build,e2e}/**/*.test.ts', ...SHORT_PROOFS],
          exclude: [...BY_THEMSELVES, '**/node_modules/**'],
          sequence: { groupOrder: 1 },
          setupFiles: [ONE_DAY],
          globalSetup: BUILT_WORKER,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/{bench,prove}/**/*.test.ts', ...BY_THEMSELVES],
          exclude: ['test/prove/simulation/**', ...SHORT_PROOFS],
          // Some of these tests measure time, so they run last and one at a time.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          globalSetup: BUILT_WORKER,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'plain',
          include: ['test/{costs,deployment,docs,upstream,lint,prove/simulation}/**/*.test.ts'],
          ...PATIENT,
        },
      },
      {
        // Third-party packages with their own lock file; `npm run clients` installs them first.
        test: {
          name: 'clients',
          include: ['test/clients/*.test.ts'],
          globalSetup: BUILT_WORKER,
          ...PATIENT,
        },
      },
    ],
  },
});
