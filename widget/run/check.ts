import type { Token } from '../api/generate.ts';
import type { Prove } from '../api/session.ts';
import type { EngineHost } from '../host.ts';
import { solve } from '../proof/pow.ts';

/** Proves that a visitor is at work, where the site asks for it, and gets the ticket ready before it is needed. */
export class Check {
  /** A proof is on its way. */
  isRunning = false;
  /** The visitor has something to do for it. */
  isInteractive = false;

  readonly #host: EngineHost;
  readonly #token: () => Token;
  #stop = new AbortController();
  /** The visitor has acted. A page that is only read proves nothing and costs nothing. */
  #hasActed = false;
  /** A ticket is prepared, or could not be: then the press asks for it and says what is wrong. */
  #isPrepared = false;

  constructor(host: EngineHost, token: () => Token) {
    this.#host = host;
    this.#token = token;
  }

  /** Something in the element has got the focus or new words, by the visitor or by a script of the page. */
  act() {
    this.#hasActed ||= navigator.userActivation.hasBeenActive;
    void this.prepare();
  }

  /** Renews the ticket if necessary. A site without a proof needs no preparation. */
  async prepare(): Promise<void> {
    const { facts, isDisabled } = this.#host;
    if (!this.#hasActed || this.#isPrepared || isDisabled || !facts || facts.paused) return;
    if (facts.proof.kind === 'none') return;
    this.#isPrepared = true;
    const { signal } = this.#stop;
    await this.#token()(signal).then(
      () => {
        if (!signal.aborted) this.#isPrepared = false;
      },
      () => undefined,
    );
  }

  /** The element has left the page, or its site is another one. */
  stop() {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#hasActed = false;
    this.#isPrepared = false;
  }

  readonly prove: Prove = async (challenge, signal) => {
    const { kind, nonce, siteKey } = challenge;
    if (kind === 'none') return undefined;
    this.isRunning = true;
    this.#host.update();
    try {
      if (kind === 'pow') {
        const solution = await solve(challenge, signal);
        return solution === undefined ? undefined : { pow: { nonce, solution } };
      }
      const turnstile = siteKey === undefined ? undefined : await this.#askTurnstile(siteKey, nonce, signal);
      return turnstile === undefined ? undefined : { turnstile };
    } finally {
      this.isRunning = false;
      this.#host.update();
    }
  };

  async #askTurnstile(siteKey: string, nonce: string, signal: AbortSignal): Promise<string | undefined> {
    const { element, parts, words } = this.#host;
    const { askTurnstile } = await parts.load('turnstile', () => import('../proof/turnstile.ts'));
    const base = element.renderRoot.querySelector('.base');
    const theme = base && getComputedStyle(base).colorScheme === 'dark' ? 'dark' : 'light';
    const onInteractive = (isInteractive: boolean) => {
      if (isInteractive && !this.isInteractive) this.#host.say(words.say('quickCheck'));
      this.isInteractive = isInteractive;
      this.#host.update();
    };
    return askTurnstile({ siteKey, nonce, host: element, language: words.lang, theme, onInteractive }, signal);
  }
}
