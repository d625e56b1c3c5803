import type { TemplateSlot } from '../protocol.ts';
import type { TemplateRecord } from './template-record.ts';

/** A picture of the owner's that goes up with every request of a template, such as the product or the logo. */
export interface TemplatePicture {
  /** Key of the object in R2. It does not expire. */
  object: string;
  mimeType: string;
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
}

/** The owner's hidden words with named slots. Visitors fill the slots and send nothing else. */
export interface Template {
  /** Digest of everything below. */
  version: string;
  /** Words with `{{name}}` where a slot's value goes. */
  prompt: string;
  slots: readonly TemplateSlot[];
  systemInstruction?: string;
  pictures: readonly TemplatePicture[];
}

/** The template of a record. */
export async function templateOf({ prompt, systemInstruction }: TemplateRecord): Promise<Template> {
  const version = await digest([prompt, systemInstruction ?? '']);
  return { version, prompt, slots: [], pictures: [], ...(systemInstruction !== undefined && { systemInstruction }) };
}

async function digest(fields: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(fields));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex().slice(0, 32);
}
