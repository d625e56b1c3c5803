import { trust } from '../trusted.ts';

/** @see https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/ */
const SCRIPT = 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit';
/** Without a token by then, and nothing for the visitor to do, the check is taken for blocked. */
const SILENT_MS = 8000;
/** A visitor who has something to do gets this long. Cloudflare's own limit is shorter. */
const INTERACTIVE_MS = 300_000;
/** A flexible one has 300 pixels at least, and the field has some space around it. */
const FLEXIBLE_PX = 340;
/** What the token is for. The worker compares it. */
const ACTION = 'peel-session';

/** Visitors go on without Turnstile, so only the console tells the owner that it never loads. */
const OWNER_HINT =
  '<peel-studio>: Turnstile did not load, so the visitor does a proof of work. A Content Security Policy needs https://challenges.cloudflare.com in script-src and frame-src.';

/** The part of Turnstile that is used. */
interface Turnstile {
  render(container: HTMLElement, options: Record<string, unknown>): string | undefined;
  remove(widget: string): void;
}

export interface TurnstileOptions {
  siteKey: string;
  nonce: string;
  /** The check appears in its slot `challenge`, in the light DOM: Turnstile finds nothing inside a shadow root. */
  host: HTMLElement;
  /** BCP 47. */
  language: string;
  theme: 'light' | 'dark';
  /** Whether the visitor has something to do. */
  onInteractive(isInteractive: boolean): void;
}

/**
 * Asks Turnstile for a token, which is good for one use.
 *
 * @returns undefined if there is none: the script is blocked, the check fails or the browser is not supported. An abort
 *   throws the signal's reason.
 */
export async function askTurnstile(options: TurnstileOptions, signal: AbortSignal): Promise<string | undefined> {
  const { siteKey, nonce, host, language, theme, onInteractive } = options;
  const container = document.createElement('div');
  container.slot = 'challenge';
  let widget: string | undefined;
  let turnstile: Turnstile | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      const giveUp = () => resolve(undefined);
      const wait = (ms: number) => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, ms);
      };
      const interact = (isInteractive: boolean) => {
        onInteractive(isInteractive);
        wait(isInteractive ? INTERACTIVE_MS : SILENT_MS);
      };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      wait(SILENT_MS);
      const render = (loaded: Turnstile) => {
        if (signal.aborted) return;
        turnstile = loaded;
        host.append(container);
        widget = loaded.render(container, {
          sitekey: siteKey,
          action: ACTION,
          cData: nonce,
          appearance: 'interaction-only',
          size: host.clientWidth < FLEXIBLE_PX ? 'compact' : 'flexible',
          language,
          theme,
          // What fails falls to the rung below at once.
          retry: 'never',
          'refresh-expired': 'manual',
          'response-field': false,
          callback: resolve,
          'error-callback': () => {
            giveUp();
            // Turnstile writes what is not handled to the console of the page.
            return true;
          },
          'expired-callback': giveUp,
          'timeout-callback': giveUp,
          'unsupported-callback': giveUp,
          'before-interactive-callback': () => interact(true),
          'after-interactive-callback': () => interact(false),
        });
      };
      load().then(render).catch(giveUp);
    });
  } finally {
    clearTimeout(timer);
    onInteractive(false);
    if (widget !== undefined) turnstile?.remove(widget);
    container.remove();
  }
}

let loading: Promise<Turnstile> | undefined;

/** The page's own Turnstile, or Cloudflare's script. What did not come is fetched again for the next check. */
function load(): Promise<Turnstile> {
  const page = globalThis as { turnstile?: Turnstile };
  if (page.turnstile) return Promise.resolve(page.turnstile);
  loading ??= new Promise<Turnstile>((resolve, reject) => {
    const script = document.createElement('script');
    const fail = () => {
      loading = undefined;
      script.remove();
      console.warn(OWNER_HINT);
      reject(new Error('Turnstile did not load.'));
    };
    script.onload = () => (page.turnstile ? resolve(page.turnstile) : fail());
    script.onerror = fail;
    script.async = true;
    // A policy of the page may forbid the address. That throws.
    script.src = trust(SCRIPT);
    document.head.append(script);
  });
  return loading;
}
