import { PeelStudio } from './peel-studio.ts';

/**
 * Defines the element, and never throws: a page may load two scripts that both bring it.
 *
 * @returns What the name stands for now, ours or whoever came first.
 */
export function definePeelStudio(name = 'peel-studio', registry = customElements): CustomElementConstructor {
  const taken: (CustomElementConstructor & { version?: string }) | undefined = registry.get(name);
  if (!taken) {
    // A class stands for one name only, so that every name has its own.
    const element = class extends PeelStudio {};
    registry.define(name, element);
    return element;
  }
  if (taken.version !== PeelStudio.version) {
    console.warn(
      `<${name}> is ${taken.version ?? 'another element'} here already; ${PeelStudio.version} was not defined.`,
    );
  }
  return taken;
}
