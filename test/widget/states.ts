/** What an element looks like at every point of a visit: the tests of sizes, names and colours walk through these. */
import { vi } from 'vitest';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import {
  appear,
  begin,
  draw,
  FACTS,
  type FakeWorker,
  failure,
  inside,
  press,
  STOP,
  send,
  streamOf,
  textChunk,
  thoughtChunk,
} from './support.ts';

export interface State {
  name: string;
  /** Before the element is in the page. */
  prepare?: (worker: FakeWorker) => void;
  act: (studio: PeelStudio, worker: FakeWorker) => Promise<unknown>;
}

const TEMPLATE = {
  ...FACTS,
  promptMode: 'template',
  slots: [
    { name: 'who', label: 'For whom', type: 'text', maxLength: 24, choices: [], required: true },
    { name: 'cake', label: 'Which cake', type: 'choice', maxLength: 0, choices: ['Lemon', 'Nut'], required: true },
    { name: 'photo', label: 'A photo', type: 'photo', maxLength: 0, choices: [], required: false },
  ],
};

const GROUNDING = {
  webSearchQueries: ['fox colours'],
  groundingChunks: [{ web: { uri: 'https://foxes.example/red', title: 'Red foxes' } }],
};

export const STATES: readonly State[] = [
  { name: 'idle', act: async () => undefined },
  { name: 'without words', act: (studio) => press(studio, '.primary') },
  {
    name: 'settings',
    act: async (studio) => {
      await press(studio, '[part~=settings-toggle]');
      await appear(studio, '#settings');
      for (const closed of ['#settings .tile:not(label)', '#settings [aria-expanded=false]', '#settings summary']) {
        studio.shadowRoot?.querySelector<HTMLElement>(closed)?.click();
        await studio.updateComplete;
      }
    },
  },
  {
    name: 'added pictures',
    act: async (studio) => {
      for (let n = 0; n < 2; n++) await studio.addReference(await smallPicture());
      await vi.waitFor(() => inside(studio, '.ref-number'));
    },
  },
  { name: 'generating', act: (studio, worker) => begin(worker, studio) },
  {
    name: 'a thought',
    act: async (studio, worker) => {
      const { push } = await begin(worker, studio);
      push(thoughtChunk('**Mixing colours**'));
      await appear(studio, '[part=thought]');
    },
  },
  { name: 'done', act: (studio) => draw(studio) },
  {
    name: 'a picture that can be chosen',
    act: async (studio) => {
      studio.useLabel = 'Put it on my cup';
      await draw(studio);
      await press(studio, '.use');
    },
  },
  {
    name: 'several pictures',
    act: async (studio) => {
      studio.count = 3;
      await studio.updateComplete;
      await draw(studio);
    },
  },
  {
    name: 'the menu',
    act: async (studio) => {
      await draw(studio);
      await press(studio, '.more');
      await appear(studio, '[role=menu] [role=menuitem]:focus');
    },
  },
  {
    name: 'details with sources',
    prepare: (worker) => {
      const answer = worker.generate;
      worker.generate = async (asked) => {
        const text = await (await answer(asked)).text();
        const more = [textChunk('I have drawn a fox.'), { candidates: [{ groundingMetadata: GROUNDING }] }];
        return new Response(text + more.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join(''));
      };
    },
    act: async (studio) => {
      await draw(studio);
      await press(studio, '[part=caption] .link');
      await appear(studio, '.details');
    },
  },
  {
    name: 'versions',
    act: async (studio) => {
      await draw(studio);
      await draw(studio, 'at night');
      await appear(studio, '[part=history]');
    },
  },
  {
    name: 'comparing',
    act: async (studio) => {
      await draw(studio);
      await draw(studio, 'at night');
      await press(studio, '[aria-pressed].on-picture');
      await appear(studio, '[part~=stage] input[type=range]');
    },
  },
  {
    name: 'full screen',
    act: async (studio) => {
      await draw(studio);
      await press(studio, 'button.picture');
      await appear(studio, 'dialog[open]');
    },
  },
  {
    name: 'refused',
    act: async (studio, worker) => {
      worker.generate = () => streamOf([textChunk('No.'), { candidates: [{ finishReason: 'IMAGE_SAFETY' }] }, STOP]);
      await send(studio, 'a fox');
      await appear(studio, '[part=notice]');
    },
  },
  { name: 'an error', act: (studio, worker) => fail(studio, worker, 502, 'UPSTREAM_BROKEN') },
  { name: 'limited', act: (studio, worker) => fail(studio, worker, 429, 'VISITOR_MINUTE', '42s') },
  { name: 'exhausted', act: (studio, worker) => fail(studio, worker, 429, 'DAILY_BUDGET_SPENT', '18000s') },
  {
    name: 'the owner’s notice',
    prepare: (worker) => {
      worker.site = () => Response.json({ ...FACTS, notice: 'Pictures are made by a machine.' });
    },
    act: async (studio) => {
      await send(studio, 'a fox');
      await appear(studio, '[part=notice]');
    },
  },
  {
    name: 'the owner’s form',
    prepare: (worker) => {
      worker.site = () => Response.json(TEMPLATE);
    },
    act: (studio) => appear(studio, '.slots'),
  },
  {
    name: 'disabled',
    act: async (studio) => {
      await draw(studio);
      studio.disabled = true;
      await studio.updateComplete;
    },
  },
];

async function fail(studio: PeelStudio, worker: FakeWorker, code: number, reason: string, delay?: string) {
  worker.generate = () => failure(code, reason, delay);
  await send(studio, 'a fox');
  await appear(studio, '[part=notice]');
  await studio.updateComplete;
}

export async function smallPicture(): Promise<Blob> {
  const canvas = new OffscreenCanvas(40, 30);
  canvas.getContext('2d')?.fillRect(0, 0, 40, 30);
  return canvas.convertToBlob({ type: 'image/png' });
}
