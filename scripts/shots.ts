/**
 * `npm run shots`: takes pictures of the element in every state, on three invented pages, on a phone, in 280 pixels and
 * from right to left. They are in the folder shots, where index.html shows them in a table.
 *
 * `-- --states result,menu --looks dark,rtl` takes some of them. Ends with 1 when a state cannot be reached.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { type Stage, startStage } from '../test/e2e/studio-stage.ts';
import { buildWorker } from './build/worker.ts';
import { LOOKS, type Look } from './shots/hosts.ts';
import { openScene, type Wall } from './shots/scene.ts';
import { renderSheet, type Shot } from './shots/sheet.ts';
import { STATES, type State } from './shots/states.ts';
import { drawWall } from './shots/wall.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'shots');

const { values: flags } = parseArgs({ options: { states: { type: 'string' }, looks: { type: 'string' } } });
const states = chosen('states', STATES);
const looks = chosen('looks', LOOKS);

function chosen<T extends { name: string }>(flag: keyof typeof flags, all: readonly T[]): T[] {
  const names = flags[flag]?.split(',') ?? all.map(({ name }) => name);
  return names.map((name) => {
    const found = all.find((each) => each.name === name);
    if (!found) throw new Error(`--${flag} knows ${all.map((each) => each.name).join(', ')}, and no ${name}.`);
    return found;
  });
}

/** What arrives is shown at once, because motion is reduced. Pictures and the last layout still need a moment. */
const SETTLE_MS = 700;

async function shoot(stage: Stage, wall: Wall, look: Look, state: State): Promise<Shot> {
  const names = { state: state.name, look: look.name };
  const file = `${state.name}-${look.name}.png`;
  const scene = await openScene(stage, look, wall, state);
  try {
    await scene.studio.host.locator('[part=base]').waitFor();
    await state.act?.(scene);
    // What is pointed at looks different.
    if (!look.isTouch) await scene.page.mouse.move(0, 0);
    await scene.page.waitForTimeout(SETTLE_MS);
    await scene.page.screenshot({ path: join(folder, file), fullPage: !look.isWindow && !state.isWindow });
    return { ...names, file };
  } catch (cause) {
    // Where the browser itself has failed, there is nothing to see either.
    await scene.page.screenshot({ path: join(folder, `failed-${file}`) }).catch(() => undefined);
    return { ...names, failed: String(cause) };
  } finally {
    await scene.page.context().close();
  }
}

await build({ root: join(root, 'widget/playground'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
await buildWorker();
if (!flags.states && !flags.looks) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const CLIENT_KEY = 'pk_shots';
const stage = await startStage({ CLIENT_KEYS: `shots:${CLIENT_KEY}` }, true);
const shots: Shot[] = [];
try {
  const wall = await drawWall(stage.peel.url, CLIENT_KEY);
  for (const state of states) {
    for (const look of looks) {
      const shot = await shoot(stage, wall, look, state);
      shots.push(shot);
      if (shot.failed) console.error(`✗ ${state.name}, ${look.name}: ${shot.failed}`);
    }
    console.log(`${shots.length} of ${states.length * looks.length}  ${state.title}`);
  }
} finally {
  await stage.close();
}
writeFileSync(join(folder, 'index.html'), renderSheet(states, looks, shots));
console.log(`The table is an index.html in the folder shots.`);
if (shots.some(({ failed }) => failed)) process.exitCode = 1;
