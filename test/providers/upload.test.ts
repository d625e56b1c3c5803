import { describe, expect, it } from 'vitest';
import { createUpload, type Upload } from '../../worker/providers/upload.ts';

const streamOf = (...pieces: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });

const bodyOf = ({ body }: Upload) => body as ReadableStream<Uint8Array>;

const atOnce = async () => undefined;

describe('createUpload', () => {
  it.each([
    { name: 'one piece', pieces: ['{"contents":[]}'] },
    { name: 'several pieces', pieces: ['{"contents"', ':[]', '}'] },
    { name: 'a single byte', pieces: ['1'] },
  ])('sends $name whole', async ({ pieces }) => {
    const whole = pieces.join('');
    const upload = createUpload(streamOf(...pieces), whole.length, atOnce);

    expect(await new Response(upload.body).text()).toBe(whole);
    expect(upload.handedOver()).toBe(true);
  });

  it('holds the last byte back until the pause is over', async () => {
    const { promise: pause, resolve: endPause } = Promise.withResolvers<void>();
    const upload = createUpload(streamOf('{"a"', ':1}'), 7, () => pause);
    const reader = bodyOf(upload).getReader();

    let text = '';
    while (text.length < 6) text += new TextDecoder().decode((await reader.read()).value);
    const before = { text, handedOver: upload.handedOver() };
    endPause();
    text += new TextDecoder().decode((await reader.read()).value);

    expect(before).toEqual({ text: '{"a":1', handedOver: false });
    expect({ text, handedOver: upload.handedOver() }).toEqual({ text: '{"a":1}', handedOver: true });
  });

  it('never hands the last byte over once abandoned', async () => {
    const { promise: pause, resolve: endPause } = Promise.withResolvers<void>();
    const upload = createUpload(streamOf('{}'), 2, () => pause);
    const reader = bodyOf(upload).getReader();
    await reader.read();

    await upload.abandon(new Error('refused'));
    endPause();
    await pause;

    expect(upload.handedOver()).toBe(false);
  });

  it('fails its reader when the source fails, and hands nothing over', async () => {
    const source = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('R2 is away')) });
    const upload = createUpload(source, 10, atOnce);

    await expect(new Response(upload.body).text()).rejects.toThrow();
    expect(upload.handedOver()).toBe(false);
  });

  it('knows of a refused connection that nothing was handed over', async () => {
    // Longer than the real hold: on a busy machine a turn of the event loop may take longer than that.
    const upload = createUpload(streamOf('{"contents":[]}'), 15, (ms) => scheduler.wait(500 * ms));

    // No server listens on port 1.
    const outcome = await fetch('http://127.0.0.1:1/', { method: 'POST', body: upload.body }).catch((error) => error);

    expect(outcome).toBeInstanceOf(Error);
    expect(upload.handedOver()).toBe(false);
  });

  it('releases its source when the body is no longer read', async () => {
    const { promise: cancelled, resolve: onCancel } = Promise.withResolvers<unknown>();
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: onCancel,
    });
    const upload = createUpload(source, 1_000_000, atOnce);

    await bodyOf(upload).cancel(new Error('answered early'));
    await cancelled;

    expect(upload.handedOver()).toBe(false);
  });

  describe('of a call that proves nothing', () => {
    it('gives bytes in memory to fetch as they are', () => {
      const bytes = new TextEncoder().encode('{"contents":[]}');

      expect(createUpload(bytes, bytes.length).body).toBe(bytes);
    });

    it('streams others whole, with their length', async () => {
      const upload = createUpload(streamOf('{"contents"', ':[]}'), 15);

      expect(await new Response(upload.body).text()).toBe('{"contents":[]}');
      expect(upload.handedOver()).toBe(true);
    });
  });
});
