/**
 * Promise 4 (ARCHITECTURE.md#the-six-promises) against broken connections on real sockets. The provider has sent the
 * whole picture; then its answer breaks off, falls silent, or the worker is killed. The same request finds the picture,
 * and nothing is paid twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { awaitRead, createRawUpstream, type RawEnding, writeRaw } from '../../upstream/raw-socket.ts';
import { ask, type Heard, nameOf, newPrompt, type Way } from '../ask.ts';
import { type Effort, type Figure, many } from '../figures.ts';
import { awaitNothingOpen, openOf } from '../owner.ts';
import { type Peel, startPeel } from '../peel.ts';
import { quickerScript } from '../quicker.ts';
import { type Stage, until } from '../stage.ts';
import { storedObjects } from '../stored-objects.ts';
import { type AnswerForm, type CuttableAnswer, cuttableAnswer } from './cut-answers.ts';

/** Where an answer ends: at its end, behind the picture, or this many bytes into the signature after it. */
type Place = 'whole' | 'picture' | number;

interface Cell {
  form: AnswerForm;
  pictureBytes: number;
  place: Place;
  ending: RawEnding;
}

interface Played extends Cell {
  prompt: string;
  answer: CuttableAnswer;
  /** Whether the worker has read all bytes that were sent. */
  isRead: boolean;
  first?: Heard;
  second?: Heard;
}

const FORMS: readonly AnswerForm[] = ['json', 'sse', 'array'];
const SIZES = [3_000, 190_000, 300_000, 1_500_000, 8_000_000];
const INTO_SIGNATURE = [5_000, 100_000, 600_000];
const ENDS: readonly Pick<Cell, 'place' | 'ending'>[] = [
  { place: 'whole', ending: 'no last chunk' },
  { place: 'whole', ending: 'reset' },
  { place: 'whole', ending: 'length 500 too long' },
  { place: 'picture', ending: 'no last chunk' },
  { place: 'picture', ending: 'reset' },
  { place: 'picture', ending: 'well' },
  ...INTO_SIGNATURE.flatMap((place) => [
    { place, ending: 'no last chunk' as const },
    { place, ending: 'reset' as const },
  ]),
];

const cells = (sizes: readonly number[], ends: typeof ENDS, forms = FORMS): Cell[] =>
  sizes.flatMap((pictureBytes) => ends.flatMap((end) => forms.map((form) => ({ form, pictureBytes, ...end }))));

const CUT: Record<Effort, Cell[]> = {
  full: cells(SIZES, ENDS),
  short: cells(
    [1_500_000],
    ENDS.filter(({ place, ending }) => place === 'picture' || ending === 'length 500 too long' || place === 100_000),
    ['json', 'sse'],
  ),
};
const SILENT: Record<Effort, Cell[]> = {
  full: cells(SIZES, [{ place: 'picture', ending: 'silence' }]),
  short: cells([300_000], [{ place: 'picture', ending: 'silence' }]),
};
/** The run's deadline, in place of 300 s. */
const DEADLINE_SECONDS: Record<Effort, number> = { full: 8, short: 3 };
/** Time from the picture's last byte to the kill. */
const KILL_AFTER_MS = 1_500;
/** Simultaneous requests. */
const CROWD = 6;

export async function proveCut(stage: Stage, effort: Effort): Promise<Figure[]> {
  const cut = await play(stage, CUT[effort], stage.script, async (peel, all) => {
    for (let at = 0; at < all.length; at += CROWD) {
      const some = all.slice(at, at + CROWD);
      await Promise.all(some.map((cell) => askTwice(peel, cell)));
      for (const cell of some) stage.say(`cut ${describe(cell)}`);
    }
  });
  const quicker = quickerScript(stage.script, { DEADLINE_SECONDS: DEADLINE_SECONDS[effort] });
  const silent = await play(stage, SILENT[effort], quicker, async (peel, all) => {
    await Promise.all(all.map((cell) => askTwice(peel, cell)));
    for (const cell of all) stage.say(`cut ${describe(cell)}`);
  });
  const killed = await play(stage, SILENT[effort], stage.script, async (peel, all) => {
    for (const size of new Set(all.map(({ pictureBytes }) => pictureBytes))) {
      await killAfter(
        peel,
        all.filter(({ pictureBytes }) => pictureBytes === size),
        effort,
      );
    }
    for (const cell of all) stage.say(`cut, killed ${describe(cell)}`);
  });
  return [
    ...figuresOf('break off', cut),
    ...figuresOf('fall silent until the deadline', silent),
    ...figuresOf('are killed 1.5 s after the picture', killed),
  ];
}

async function killAfter(peel: Peel, cells: readonly Played[], effort: Effort): Promise<void> {
  const since = Date.now();
  const asked = cells.map((cell) => ask(peel.url, cell.prompt, wayOf(cell)).catch(() => undefined));
  await until('all pictures are read', () => cells.every(({ isRead }) => isRead), { withinMs: 120_000 });
  await sleep(KILL_AFTER_MS);
  const areStored = () => storedObjects(peel.storage, 'images', since).length >= cells.length;
  // A machine with other work may take longer.
  if (effort === 'short') await until('all pictures are stored', areStored, { everyMs: 20 });
  await peel.kill();
  await Promise.all(asked);
  await peel.restart();
  for (const cell of cells) cell.second = await ask(peel.url, cell.prompt, wayOf(cell));
}

interface Results {
  cells: Played[];
  calls: readonly string[];
  open: number;
}

async function play(
  stage: Stage,
  wanted: readonly Cell[],
  script: string,
  run: (peel: Peel, cells: Played[]) => Promise<void>,
): Promise<Results> {
  const all = wanted.map((cell): Played => {
    const prompt = newPrompt();
    return { ...cell, prompt, answer: cuttableAnswer(cell.form, cell.pictureBytes, nameOf(prompt)), isRead: false };
  });
  const upstream = await createRawUpstream(async (body, socket) => {
    const cell = all.find(({ prompt }) => body.includes(nameOf(prompt)));
    if (!cell) throw new Error('no such request was made');
    const { answer, ending } = cell;
    const bytes = answer.bytes.subarray(0, endOf(cell));
    await writeRaw(socket, { contentType: answer.contentType, bytes, ending });
    if (ending !== 'silence') return;
    await awaitRead(socket);
    cell.isRead = true;
  });
  const peel = await startPeel(script, upstream.url, {});
  try {
    await run(peel, all);
    const open = openOf(await awaitNothingOpen(peel)).length;
    return { cells: all, calls: upstream.calls, open };
  } finally {
    await peel.close();
    await upstream.close();
    stage.say(`cut: ${many(all.length, 'answer')}`);
  }
}

const endOf = ({ place, answer }: Played): number => {
  if (place === 'whole') return answer.bytes.length;
  return place === 'picture' ? answer.afterPicture : answer.signature + place;
};

const wayOf = ({ form }: Cell): Way => ({ form, delivery: 'inline' });

/** The second request stands for a caller that did not get the first answer. */
async function askTwice(peel: Peel, cell: Played): Promise<void> {
  cell.first = await ask(peel.url, cell.prompt, wayOf(cell));
  cell.second = await ask(peel.url, cell.prompt, wayOf(cell));
}

const isFound = ({ first, second, answer }: Played): boolean =>
  second?.picture === answer.sha256 && (first === undefined || first.picture === answer.sha256);

const callsOf = ({ calls }: Results, { prompt }: Played): number =>
  calls.filter((body) => body.includes(nameOf(prompt))).length;

function describe(cell: Played): string {
  const { form, pictureBytes, place, ending, first, second } = cell;
  const heard = [first, second].map((each) => each && (each.reason ?? each.cacheStatus)).filter(Boolean);
  return `${form}, ${pictureBytes} bytes, ${place}, ${ending}: ${isFound(cell) ? 'found' : 'LOST'} (${heard.join(' / ')})`;
}

function figuresOf(how: string, results: Results): Figure[] {
  const { cells: all, open } = results;
  const lost = all.filter((cell) => !isFound(cell));
  const again = all.filter((cell) => callsOf(results, cell) !== 1);
  const sizes = new Set(all.map(({ pictureBytes }) => pictureBytes)).size;
  const forms = new Set(all.map(({ form }) => form)).size;
  const measuredOn = `${many(all.length, 'answer')} on bare TCP that ${how}; pictures of ${many(sizes, 'size')} in ${many(forms, 'form')}`;
  return [
    {
      promise: 'Pictures lost whose bytes had left the provider',
      figure: `${lost.length}`,
      measuredOn,
      holds: lost.length === 0,
    },
    {
      promise: 'Such pictures paid again, or with money still held',
      figure: `${again.length + open}`,
      measuredOn,
      holds: again.length + open === 0,
    },
  ];
}
