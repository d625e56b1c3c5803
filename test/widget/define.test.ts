import { afterEach, expect, it, vi } from 'vitest';
import { definePeelStudio } from '../../widget/define.ts';
import { PeelStudio } from '../../widget/peel-studio.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('defines the element', () => {
  const element = definePeelStudio('peel-first');

  expect(customElements.get('peel-first')).toBe(element);
  expect(document.createElement('peel-first')).toBeInstanceOf(PeelStudio);
});

it('leaves a name that another element has, and warns of both', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const other = class extends HTMLElement {
    static version = '9.9.9';
  };
  customElements.define('peel-taken', other);

  expect(definePeelStudio('peel-taken')).toBe(other);
  expect(warn.mock.calls[0]?.[0]).toContain('9.9.9');
  expect(warn.mock.calls[0]?.[0]).toContain(PeelStudio.version);
});

it('is silent where the same version is loaded twice', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();

  expect(definePeelStudio('peel-twice')).toBe(definePeelStudio('peel-twice'));
  expect(warn).not.toHaveBeenCalled();
});

it('can stand under two names', () => {
  expect(() => [definePeelStudio('peel-one'), definePeelStudio('peel-two')]).not.toThrow();
});
