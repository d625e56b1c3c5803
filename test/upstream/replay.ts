import { readFileSync } from 'node:fs';
import type { Reply } from './faults.ts';
import { CONTENT_TYPES, type Form } from './forms.ts';
import type { Behaviour } from './script.ts';

const files = new Map<string, Buffer>();

/** A verbatim body: a recording, or text from a test. */
export function replay({ file, body, status = 200 }: Behaviour, form: Form, headers: Record<string, string>): Reply {
  const bytes = file === undefined ? Buffer.from(body ?? '') : (files.get(file) ?? readFileSync(file));
  if (file !== undefined) files.set(file, bytes);
  return { status, headers: { ...headers, 'Content-Type': CONTENT_TYPES[form] }, units: [[bytes]] };
}
