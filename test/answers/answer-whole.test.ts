/** What a caller's own worker asks R2 for. The objects have a bucket of their own, which is not watched. */
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { emptyBucket } from '../storage/pictures.ts';
import { watchBucket } from '../storage/watched-bucket.ts';
import { createTestWorker, newHold, newPrompt, watchAsks } from '../support.ts';

const GENERATE = 'gemini-3.1-flash-image:generateContent';
const LINK = { 'Peel-Images': 'link' };

afterEach(emptyBucket);

describe('a new answer, whole', () => {
  it.each([
    ['as links asks for nothing that its run has just stored', LINK, []],
    ['with its picture reads the picture', {}, ['get images']],
  ])('%s', async (_name, headers, operations) => {
    const { bucket, asked } = watchBucket();
    const requests = watchAsks();
    const worker = createTestWorker({}, requests.change, bucket);
    const hold = newHold();
    const body = newPrompt(hold.words);

    const asking = [worker.ask(GENERATE, body, headers), worker.ask(GENERATE, body, headers)];
    // The second one joins the run of the first.
    await eventually(() => requests.asked.times).toBe(2);
    await hold.release();
    const answers = await Promise.all(asking);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const each = ['get manifests', ...operations];
    expect(asked.map(([method, key]) => `${method} ${key.split('/')[1]}`).sort()).toEqual([...each, ...each].sort());
  });

  it('as links is looked for again when it is a kept one', async () => {
    const { bucket, asked } = watchBucket();
    const worker = createTestWorker({}, (services) => services, bucket);
    const body = newPrompt();
    await worker.ask(GENERATE, body, LINK);
    asked.length = 0;

    const kept = await worker.ask(GENERATE, body, LINK);

    expect(kept.headers.get('Cache-Status')).toBe('peel; hit');
    expect(asked.map(([method]) => method)).toEqual(['get', 'head']);
  });
});
