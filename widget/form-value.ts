import type { StudioAttributes } from './attributes.ts';
import type { EngineHost } from './host.ts';

/**
 * What the form gets under the element's name: the address of the chosen picture and, beside it, the words that made
 * it. Null while there is nothing.
 */
export function formValueOf(
  { name, formValue, value, disabled }: StudioAttributes,
  chosen: EngineHost['chosen'],
): FormData | null {
  if (name === '' || disabled) return null;
  const data = new FormData();
  const address = chosen?.result.url;
  if (formValue !== 'image') data.set(name, value);
  if (formValue === 'both' && chosen && address) {
    data.set(`${name}.image`, address);
    data.set(`${name}.turn`, chosen.turn.id);
  }
  if (formValue === 'image') {
    if (address) data.set(name, address);
    // The words are worth something without a picture too.
    data.set(`${name}.prompt`, chosen?.words ?? value);
    if (chosen) data.set(`${name}.alt`, chosen.result.alt);
  }
  return data;
}
