/** What every page of the desk is made of. */
import { LitElement } from 'lit';
import type { DeskFacts, DeskOverview } from '../../worker/desk-protocol.ts';
import type { DeskApi } from './api.ts';

export interface ToastAction {
  label: string;
  act: () => void;
}

/** What a page may use of the desk. */
export interface Desk {
  api: DeskApi;
  facts: DeskFacts;
  /** The last figures of the whole deployment. undefined: none came yet. */
  readonly overview?: DeskOverview | undefined;
  /** Why no figures came when they were asked for last. */
  readonly overviewProblem?: string | undefined;
  /** Goes to an address of the desk, such as `/peel/admin/sites/shop?day=2026-11-30`. */
  go(address: string): void;
  /** Says a short thing at the bottom, such as `Saved. In force within a minute.` It goes after six seconds. */
  toast(text: string, ...actions: ToastAction[]): void;
  /** Says what must not be missed, such as a failed save. It stays until it is closed. */
  warn(text: string): void;
  /** Asks before what cannot be undone. Its safe button has the focus. @returns Whether the owner went on. */
  confirm(question: Question): Promise<boolean>;
  /** The figures around the pages are asked for again at once. */
  refresh(): void;
  /** Unix milliseconds. */
  now(): number;
}

export interface Question {
  /** Such as `Delete 12 pictures?` */
  title: string;
  /** What will happen. */
  text: string;
  /** The button that goes on, such as `Delete 12`. */
  yes: string;
  /** The safe button, such as `Keep them`. */
  no: string;
  /** The owner types this word to go on. */
  typed?: string;
}

/**
 * A page of the desk, drawn into the document itself, so that all share one stylesheet. A page begins with its answer, a
 * computed sentence, which is also the title of the document. The shell draws it as the heading, under the page's name.
 */
export abstract class DeskPage extends LitElement {
  static override properties = {
    desk: { attribute: false },
    path: { attribute: false },
    query: { attribute: false },
  };

  declare desk: Desk;
  /** The parts of the path after the page's own, such as `['shop']`. */
  declare path: readonly string[];
  declare query: URLSearchParams;

  /** The page's name, small above the answer. */
  abstract readonly name: string;

  /** The page's answer, such as `Every cap holds. Three things need a look.` undefined: still asking. */
  abstract get answer(): string | undefined;

  /** A sentence or two under the answer. */
  get more(): string | undefined {
    return undefined;
  }

  /** Whether leaving the page would lose what the owner typed. The shell then asks first. */
  get unsaved(): boolean {
    return false;
  }

  /** New figures of the deployment are in `desk.overview`. */
  onOverview(): void {
    this.requestUpdate();
  }

  /** The owner logged in again after the session had ended: what was refused meanwhile can be asked again. */
  onLoggedIn(): void {
    this.requestUpdate();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override updated(): void {
    this.dispatchEvent(new CustomEvent('desk-answer', { bubbles: true }));
  }
}
