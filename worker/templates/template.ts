import type { TemplateSlot } from '../protocol.ts';
import { DEFAULT_MAX_LENGTH, photosOf } from './slots.ts';
import type { TemplateRecord } from './template-record.ts';

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

/** The template of a record. */
export async function templateOf(record: TemplateRecord): Promise<Template> {
  const { prompt, systemInstruction, pictures = [] } = record;
  const slots = (record.slots ?? []).map(
    ({ name, label, type, maxLength = DEFAULT_MAX_LENGTH, choices = [], required = false }): TemplateSlot => ({
      ...{ name, label, type, choices, required },
      maxLength: type === 'text' ? maxLength : 0,
    }),
  );
  const photos = photosOf(slots).map(({ name }) => name);
  const version = await digest([prompt, systemInstruction ?? '', pictures, photos]);
  return { version, prompt, slots, pictures, ...(systemInstruction !== undefined && { systemInstruction }) };
}

async function digest(fields: readonly (string | readonly string[])[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(fields));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex().slice(0, 32);
}
