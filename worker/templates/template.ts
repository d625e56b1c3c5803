import type { TemplateSlot } from '../protocol.ts';

/** The owner's hidden words with named slots. Visitors fill the slots and send nothing else. */
export interface Template {
  /** Digest of everything that changes the answer to the same values. */
  version: string;
  /** Words with `{{name}}` where a slot's value goes. */
  prompt: string;
  slots: readonly TemplateSlot[];
  systemInstruction?: string;
  /** Lower-case hex SHA-256 of the owner's pictures, such as a product or a logo, in the order in which they go up. */
  pictures: readonly string[];
}
