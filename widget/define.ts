import { PeelStudio } from './peel-studio.ts';

/**
 * Defines the element. It never throws, because a page may load two scripts that both define it.
 *
 * @returns The class registered under the name: this one, or the one that was registered first.
 */
export function definePeelStudio(name = 'peel-studio', registry = customElements): CustomElementConstructor {
  const taken: (CustomElementConstructor & { version?: string }) | undefined = registry.get(name);
  if (!taken) {
    // A class can be registered under one name only, so every name gets its own class.
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
