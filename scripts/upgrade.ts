/**
 * `npm run upgrade`: says what changes and whether one can go back, deploys, waits until the deployment answers, and
 * prints the way back. `--yes` asks nothing.
 */
import { parseArgs } from 'node:util';
import { parseYesOrNo } from './deployment/answers.ts';
import { atTerminal } from './deployment/at-terminal.ts';
import { CannotGoOn } from './deployment/cannot-go-on.ts';
import { runCommand } from './deployment/command.ts';
import { WORKER } from './deployment/names.ts';
import { openNotes } from './deployment/notes.ts';
import { awaitHealth } from './deployment/owner-api.ts';
import { changesBetween, type Release, readRelease, storageChange } from './deployment/release.ts';

/** The rest is in the changelog. */
const MOST_CHANGES = 12;

const { values: flags } = parseArgs({ options: { yes: { type: 'boolean', default: false } } });

await atTerminal(async ({ say, done, warn, ask, style }) => {
  const notes = openNotes();
  const was = notes.release() as Release | undefined;
  const is = readRelease();
  const nameOf = ({ version, commit }: Release) => `${version}${commit ? ` (${commit})` : ''}`;
  say();
  say(`${style('cyan', 'Peel')} ${was ? `${nameOf(was)} becomes ` : ''}${nameOf(is)}.`);
  const changes = was ? changesBetween(was, is) : [];
  for (const change of changes.slice(0, MOST_CHANGES)) say(`  ${change}`);
  if (changes.length > MOST_CHANGES) say(`  and ${changes.length - MOST_CHANGES} more: CHANGELOG.md`);
  const { says, canGoBack } = storageChange(was, is);
  (canGoBack ? done : warn)(says);
  say('A deployment waits until running generations have finished, for five minutes at most.');
  const answer = flags.yes ? undefined : parseYesOrNo(await ask('Deploy? (y/n)'));
  if (answer && !(answer.ok && answer.value)) throw new CannotGoOn('Nothing was changed.');
  const { ok, said } = await runCommand(process.execPath, ['scripts/deploy.ts']);
  if (!ok) throw new CannotGoOn(`${said}\n\nWhat ran before goes on. Run \`npm run upgrade\` again.`);
  const address = notes.address();
  if (address) {
    const { demo } = await awaitHealth(address);
    done(`${address} answers${demo ? ' as a demo' : ''}`);
  } else {
    done('Deployed. Where it answers is not known here; PEEL_URL=https://… says it.');
  }
  say();
  say(`Back to the version before: npx wrangler rollback --name ${WORKER}${canGoBack ? '' : ' (read above first)'}`);
});
