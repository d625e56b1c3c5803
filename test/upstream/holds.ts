/** Holds answers by name until a test releases them. */
export class Holds {
  readonly #gates = new Map<string, PromiseWithResolvers<void>>();

  /** Resolves when the name is released, or at once if it was before. */
  released(name: string): Promise<void> {
    return this.#gate(name).promise;
  }

  release(name: string): void {
    this.#gate(name).resolve();
  }

  #gate(name: string): PromiseWithResolvers<void> {
    const gate = this.#gates.get(name) ?? Promise.withResolvers<void>();
    this.#gates.set(name, gate);
    return gate;
  }
}
