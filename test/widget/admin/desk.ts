/** The desk in the test's page, in front of an owner's API that answers what a test says. */
import '../../../widget/admin/desk.css';
import { vi } from 'vitest';
import { page } from 'vitest/browser';
import { PeelDesk } from '../../../widget/admin/desk.ts';
import { FACTS, NOW, OVERVIEW, SERIES, SETUP } from './figures.ts';

const BASE = '/peel/admin/api';

interface Asked {
  /** Such as `POST /pause`. */
  call: string;
  body: unknown;
  headers: Headers;
}

/** An answer's body, or a whole answer. A function is asked each time. */
type Answer = unknown;

export interface DeskStage {
  desk: PeelDesk;
  /** What the desk has asked, in order. */
  asked: Asked[];
  /** Changes what is answered from now on. */
  answer(call: string, answer: Answer): void;
}

export const refusal = (status: number, reason: string, message: string, headers: HeadersInit = {}): Response =>
  Response.json(
    { error: { code: status, message, details: [{ reason, domain: 'peel', metadata: {} }] } },
    { status, headers },
  );

export const LOGGED_OUT = () => refusal(401, 'KEY_INVALID', 'The key is not valid.');
/** A request that is never answered. */
export const NEVER = () => new Promise<Response>(() => undefined);

const USUAL: Readonly<Record<string, Answer>> = {
  'GET /desk': FACTS,
  'GET /overview': OVERVIEW,
  'GET /setup': SETUP,
  'GET /series': SERIES,
  'GET /choices': {
    models: [
      { id: 'gemini-nano-banana-2.1', displayName: 'Nano Banana 2.1' },
      { id: 'gemini-3-pro-image', displayName: 'Nano Banana Pro' },
    ],
  },
  'POST /pause': { scope: 'deployment', paused: true },
  'POST /login': () => new Response(null, { status: 204 }),
  'POST /logout': () => new Response(null, { status: 204 }),
};

let original: { fetch: typeof fetch; address: string } | undefined;

/** @param path Of the desk, such as `/sites`. @param answers By call without its query, such as `GET /overview`. */
export async function openDesk(
  path = '',
  answers: Readonly<Record<string, Answer>> = {},
  { width = 1280, scheme = 'light' }: { width?: number; scheme?: 'light' | 'dark' } = {},
): Promise<DeskStage> {
  await page.viewport(width, 900);
  original ??= { fetch: globalThis.fetch, address: location.href };
  const { fetch } = original;
  const known = new Map<string, Answer>(Object.entries({ ...USUAL, ...answers }));
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const { pathname, search } = new URL(String(input), location.href);
    if (!pathname.startsWith(BASE)) return fetch(input, init);
    const call = `${init.method ?? 'GET'} ${pathname.slice(BASE.length)}`;
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
    asked.push({ call: `${call}${search}`, body, headers: new Headers(init.headers) });
    const found = known.get(call);
    if (found === undefined) return refusal(404, 'NOT_FOUND', 'This path does not exist.');
    const answer = typeof found === 'function' ? await found() : found;
    if (init.signal?.aborted) throw init.signal.reason;
    return answer instanceof Response ? answer : Response.json(answer);
  });
  vi.setSystemTime(NOW);
  document.documentElement.style.colorScheme = scheme;
  document.documentElement.lang = 'en';
  history.replaceState(null, '', `/peel/admin${path}`);
  const desk = new PeelDesk();
  document.body.replaceChildren(desk);
  const stage = { desk, asked, answer: (call: string, answer: Answer) => void known.set(call, answer) };
  await vi.waitFor(() => {
    if (!desk.querySelector('h1')) throw new Error('The desk shows nothing yet.');
  }, 5000);
  await settled();
  return stage;
}

/** What was answered is drawn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

export function closeDesk(): void {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  if (original) history.replaceState(null, '', original.address);
  document.documentElement.style.removeProperty('color-scheme');
}

/** The first element that matches. */
export function find<Found extends Element = HTMLElement>(selector: string): Found {
  const found = document.querySelector<Found>(selector);
  if (!found) throw new Error(`Nothing matches ${selector}.`);
  return found;
}

/** What a reader sees of an element, with single blanks. */
export const textOf = (element: Element): string =>
  ((element as HTMLElement).innerText ?? '').replace(/\s+/g, ' ').trim();
