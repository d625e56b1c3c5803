import { nothing } from 'lit';
import type { TemplateSlot } from '../../worker/protocol.ts';
import type { TemplatePart } from '../api/gemini.ts';
import type { EngineHost } from '../host.ts';
import { loadRest } from '../parts.ts';
import type { Pictures } from './pictures.ts';

/** A form without problems. */
interface FilledForm {
  /**
   * @param photo Address of the uploaded photo.
   * @param previous Address of the picture that is changed.
   */
  toPart(photo: string | undefined, previous?: string): TemplatePart;
  /** The values of text and choices, for those who do not see the picture. */
  words: string;
}

/** The owner's template: a visitor fills its slots and writes no other words. */
export class Form {
  readonly #host: EngineHost;
  readonly #pictures: Pictures;
  #invalid: Record<string, string> = {};

  constructor(host: EngineHost, pictures: Pictures) {
    this.#host = host;
    this.#pictures = pictures;
  }

  get isShown(): boolean {
    return this.#host.facts?.promptMode === 'template';
  }

  /** One at most, where the form has a place for it. */
  get mostPhotos(): number {
    return this.#host.facts?.slots.some(({ type }) => type === 'photo') ? 1 : 0;
  }

  /** Fetches the form's part as soon as the site is known to have one. */
  load() {
    if (this.isShown) this.#part();
  }

  /** @returns Undefined if a slot is wrong, which the form then shows. `toPart` needs the address of the photo. */
  async check(): Promise<FilledForm | undefined> {
    const { facts, element, parts, words } = this.#host;
    const part = await parts.load('template', loadRest);
    if (!facts) return undefined;
    const [picture] = this.#pictures.items;
    const values = { ...element.slotValues, ...photoValues(facts.slots, picture?.uri ?? picture?.id) };
    this.#invalid = part.checkSlots(facts.slots, values, words);
    this.#host.update();
    const [problem] = Object.values(this.#invalid);
    if (problem !== undefined) {
      this.#host.say(problem, true);
      await element.updateComplete;
      part.firstInvalid(element.renderRoot)?.focus();
      return undefined;
    }
    const texts = facts.slots.filter(({ type }) => type !== 'photo').map(({ name }) => part.slotValue(values, name));
    return {
      toPart: (photo, previous) => part.toTemplatePart({ ...values, ...photoValues(facts.slots, photo) }, previous),
      words: texts.filter(Boolean).join(', '),
    };
  }

  render() {
    const { facts, element, words } = this.#host;
    const part = this.#part();
    if (!part || !facts) return nothing;
    return part.renderTemplate({
      words,
      slots: facts.slots,
      values: element.slotValues,
      invalid: this.#invalid,
      photo: () => this.#pictures.renderPhoto(),
      onValue: (name, value) => {
        element.slotValues = { ...element.slotValues, [name]: value };
        const { [name]: _, ...others } = this.#invalid;
        this.#invalid = others;
      },
    });
  }

  #part() {
    return this.#host.parts.use('template', loadRest);
  }
}

/** The added picture stands for the photo's slot, of which a form has one at most. */
const photoValues = (slots: readonly TemplateSlot[], photo = ''): Record<string, string> =>
  Object.fromEntries(slots.filter(({ type }) => type === 'photo').map(({ name }) => [name, photo]));
