/**
 * Keeps the focus where the owner is. A row that was dealt with, a form that was cancelled and a step that is done take
 * the focused element with them, and the browser would begin again at the top of the document.
 */

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

export class FocusKeeper {
  readonly #root: HTMLElement;
  /** The element that had the focus last, and what it was in, with the place of each among its siblings. */
  #path: { element: Element; place: number }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #observer = new MutationObserver(() => this.#lookSoon());

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  start(): void {
    this.#root.addEventListener('focusin', this.#onFocus);
    this.#root.addEventListener('focusout', this.#onBlur);
    this.#observer.observe(this.#root, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  }

  stop(): void {
    this.#root.removeEventListener('focusin', this.#onFocus);
    this.#root.removeEventListener('focusout', this.#onBlur);
    this.#observer.disconnect();
    clearTimeout(this.#timer);
  }

  readonly #onFocus = ({ target }: FocusEvent): void => {
    this.#path = [];
    for (let element = target as Element | null; element && element !== this.#root; element = element.parentElement) {
      this.#path.push({ element, place: [...(element.parentElement?.children ?? [])].indexOf(element) });
    }
  };

  /** A press beside everything takes the focus on purpose. Browsers also tell of elements that are being removed. */
  readonly #onBlur = ({ target, relatedTarget }: FocusEvent): void => {
    if (relatedTarget) return;
    setTimeout(() => {
      if ((target as Element).isConnected && !isOff(target as Element) && isLost()) this.#path = [];
    });
  };

  /** A page that places the focus itself does so before. */
  #lookSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look());
  }

  #look(): void {
    const [first] = this.#path;
    if (!first || !isLost() || (first.element.isConnected && !isOff(first.element))) return;
    const at = this.#path.findIndex(({ element }, index) => index > 0 && element.isConnected);
    const around = at < 0 ? this.#root : (this.#path[at]?.element as Element);
    const place = this.#path[at < 0 ? this.#path.length - 1 : at - 1]?.place ?? 0;
    const next = nextIn(around, place) ?? this.#headingOf(around);
    if (!next.matches(FOCUSABLE)) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  }

  /** The heading of the smallest part of the page that is still there. */
  #headingOf(around: Element): HTMLElement {
    for (let part: Element | null = around; part && part.id !== 'content'; part = part.parentElement) {
      const heading = part.querySelector<HTMLElement>('h2, h3, h4');
      if (heading?.checkVisibility()) return heading;
    }
    return this.#root.querySelector<HTMLElement>('h1') ?? this.#root;
  }
}

/** Whether nothing has the focus. */
const isLost = (): boolean => document.activeElement === document.body || document.activeElement === null;

const isOff = (element: Element): boolean => element.matches(':disabled');

/** What came to the place of what went, or what is nearest before it. Never a button that deletes. */
function nextIn({ children }: Element, place: number): HTMLElement | undefined {
  return controlsOf(children[place])[0] ?? controlsOf(children[place - 1]).at(-1);
}

function controlsOf(part: Element | undefined): HTMLElement[] {
  const all = part ? [part, ...part.querySelectorAll(FOCUSABLE)] : [];
  const isFit = (each: Element): boolean =>
    each.matches(FOCUSABLE) && !each.matches('.danger') && !isOff(each) && each.checkVisibility();
  return all.filter(isFit) as HTMLElement[];
}
