/** The moments of a generation at which kill.ts ends the process. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedRequest } from '../../upstream/recorder.ts';
import type { Way } from '../ask.ts';
import { until } from '../stage.ts';

/** The outside view of a run. */
export interface Look {
  /** The call that has reached upstream, if any. */
  call(): RecordedRequest | undefined;
  /** Number of its complete objects in R2. */
  stored(folder: 'images' | 'manifests'): number;
}

export interface KillPoint {
  name: string;
  form: Way['form'];
  /** Words for the fake upstream. */
  words: string;
  /** Pictures of the whole answer, drafts included. */
  pictures: number;
  wait(look: Look): Promise<void>;
  /** Delay from the repeated request to a second kill. */
  thenAfterMs?: number;
  /** No request repeats it until the ledger has asked about it. */
  abandoned?: boolean;
}

const FORMS = ['json', 'sse'] as const;
const SIZES = ['tiny', '600KB', '8MB'] as const;
const BYTES = { tiny: 1500, '600KB': 600e3, '8MB': 8e6 };
/** Duration of a dripping answer's body. */
const BODY_MS = 1500;

const arrival = ({ call }: Look): Promise<void> => until('the call reaches upstream', () => call() !== undefined);

const inTurn = <T>(values: readonly T[], i: number): T => values[i % values.length] as T;

/** Before or about the dispatch; the answer comes much later. */
const before = [0, 2, 4, 7, 10, 14, 20, 30].map(
  (ms, i): KillPoint => ({
    name: `${ms} ms after asking`,
    form: inTurn(FORMS, i),
    words: `[[size:${inTurn(SIZES, i)}]] [[delay:1000]]`,
    pictures: 1,
    wait: async () => void (await sleep(ms)),
  }),
);

const arrived = [0, 0, 30, 30, 400, 400].map(
  (ms, i): KillPoint => ({
    name: `${ms} ms after the call arrived`,
    form: inTurn(FORMS, i),
    words: `[[size:${inTurn(SIZES, i)}]] [[delay:1500]]`,
    pictures: 1,
    async wait(call) {
      await arrival(call);
      await sleep(ms);
    },
  }),
);

const during = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96, 1].map((share, i): KillPoint => {
  const size = i % 4 < 2 ? '8MB' : '600KB';
  return {
    name: `after ${share * 100} % of a body of ${size}`,
    form: inTurn(FORMS, i),
    words: `[[size:${size}]] [[drip:${Math.round((BYTES[size] / BODY_MS) * 1000)}]]`,
    pictures: 1,
    async wait(look) {
      await arrival(look);
      await sleep(share * BODY_MS);
    },
  };
});

/** Between events: two thoughts, then the first draft; or text, text and the picture, with only the end to come. */
const between = [
  { events: 1, answer: 'thoughts', pictures: 3 },
  { events: 3, answer: 'thoughts', pictures: 3 },
  { events: 3, answer: 'picture', pictures: 1 },
  { events: 3, answer: 'picture', pictures: 1 },
].map(
  ({ events, answer, pictures }, i): KillPoint => ({
    name: `between events, after ${events} of ${answer}`,
    form: 'sse',
    words: `[[answer:${answer}]] [[size:${inTurn(['8MB', '600KB'], i)}]] [[event-delay:600]]`,
    pictures,
    async wait({ call }) {
      await until(`${events} events are out`, () => (call()?.unitsSentAt.length ?? 0) >= events);
      await sleep(400);
    },
  }),
);

const after = [0, 8, 25, 60, 120, 250].map(
  (ms, i): KillPoint => ({
    name: `${ms} ms after the last byte`,
    form: inTurn(FORMS, i),
    words: `[[size:${inTurn(SIZES, i + 1)}]] [[delay:50]]`,
    pictures: 1,
    async wait({ call }) {
      await until('the last byte is out', () => call()?.state === 'sent');
      await sleep(ms);
    },
  }),
);

/** Picture and manifest are stored in parallel, so either may exist without the other. */
const storing = [
  { folder: 'manifests', size: '8MB' },
  { folder: 'manifests', size: '600KB' },
  { folder: 'images', size: 'tiny' },
  { folder: 'images', size: '600KB' },
  { folder: 'images', size: '8MB' },
  { folder: 'manifests', size: 'tiny' },
].map(
  ({ folder, size }, i): KillPoint => ({
    name: `as soon as R2 has one of ${folder} (${size})`,
    form: inTurn(FORMS, i),
    words: `[[size:${size}]]`,
    pictures: 1,
    async wait(look) {
      // Wait until the worker has R2's files open: the first process to open them after a crash locks them.
      await arrival(look);
      await until(`there is one of ${folder}`, () => look.stored(folder as 'images' | 'manifests') > 0);
    },
  }),
);

/** 42 points. Some are killed again during recovery; one of each kind gets no repeated request. */
export const KILL_POINTS: readonly KillPoint[] = [before, arrived, during, between, after, storing].flatMap((kind) =>
  kind.map((point, i) => ({
    ...point,
    ...(i === 2 && { abandoned: true }),
    ...(i % 5 === 3 && { thenAfterMs: 5 * i }),
  })),
);

/** One before dispatch, two during thinking, one during the answer, one before its end, two during storing. */
export const FEW_POINTS: readonly KillPoint[] = [
  ...[before[3], arrived[1], during[5], between[2]],
  ...[storing[0], storing[3]],
  KILL_POINTS.find(({ abandoned, name }) => abandoned && name.includes('arrived')),
].filter((point) => point !== undefined);
