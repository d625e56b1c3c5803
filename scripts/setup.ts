/**
 * `npm run setup`: from an empty Cloudflare account to a page that draws (`docs/deployment.md`). `--key`, `--origins`,
 * `--budget` and `--proof` run one step alone; `--yes` asks nothing and takes every answer from a variable.
 */
import { parseArgs } from 'node:util';
import { atTerminal } from './deployment/at-terminal.ts';
import { CannotGoOn } from './deployment/cannot-go-on.ts';
import { createCloudflare } from './deployment/cloudflare.ts';
import { runCommand } from './deployment/command.ts';
import { openNotes } from './deployment/notes.ts';
import type { Step } from './deployment/setup/session.ts';
import { setUp } from './deployment/setup/setup.ts';

const STEPS: readonly Step[] = ['key', 'origins', 'budget', 'proof'];

function readFlags(): { isNonInteractive: boolean; only?: Step } {
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({ options: { yes: flag, key: flag, origins: flag, budget: flag, proof: flag } });
  const chosen = STEPS.filter((step) => values[step]);
  if (chosen.length > 1) throw new CannotGoOn(`--${chosen.join(' and --')}: one step at a time.`);
  return { isNonInteractive: values.yes ?? false, ...(chosen[0] && { only: chosen[0] }) };
}

await atTerminal((terminal) =>
  setUp({
    ...{ terminal, cloudflare: createCloudflare(), notes: openNotes(), env: process.env },
    ...readFlags(),
    deploy: () => runCommand(process.execPath, ['scripts/deploy.ts']),
    today: new Date().toISOString().slice(0, 10),
  }),
);
