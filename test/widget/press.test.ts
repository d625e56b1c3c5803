/** What a press means while the engine is still on its way. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Parts } from '../../widget/parts.ts';
import type { PeelStudio } from '../../widget/peel-studio.ts';
import { create, eventOf, type FakeWorker, fakeWorker, inside, textOf } from './support.ts';

let worker: FakeWorker;
/** Lets the engine come. */
let open: () => void;

beforeEach(() => {
  worker = fakeWorker();
  const shut = new Promise<void>((resolve) => {
    open = resolve;
  });
  const load = Parts.prototype.load;
  vi.spyOn(Parts.prototype, 'load').mockImplementation(async function (this: Parts, name, fetchPart) {
    if (name === 'engine') await shut;
    return load.call(this, name, fetchPart) as never;
  });
});
afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.restoreAllMocks();
});

async function pressed(): Promise<PeelStudio> {
  const studio = create(worker);
  const ready = eventOf(studio, 'peel-ready');
  document.body.append(studio);
  await ready;
  studio.value = 'a fox';
  await studio.updateComplete;
  vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(true);
  inside(studio, '.primary').click();
  await studio.updateComplete;
  return studio;
}

const isAsked = () => worker.askedFor('streamGenerateContent').length > 0;

it('waits for the engine, and counts although the visitor’s act is long past when it comes', async () => {
  const studio = await pressed();
  expect(studio.state).toBe('generating');
  expect(textOf(studio, '.primary')).toBe('Cancel');
  vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(false);

  const result = eventOf(studio, 'peel-result');
  open();

  expect((await result).results).toHaveLength(1);
});

it('is taken back by a cancel before the engine has come', async () => {
  const studio = await pressed();
  const cancelled = eventOf(studio, 'peel-cancel');

  await studio.cancel();
  open();

  expect((await cancelled).charged).toBe('no');
  await vi.waitFor(() => expect(studio.state).toBe('idle'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAsked()).toBe(false);
});
