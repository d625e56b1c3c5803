import type { Context } from 'hono';
import { type App, NO_STORE } from '../../http/failure-response.ts';

/** Whether an answer is asked for as CSV: by `?format=csv`, or by `Accept: text/csv`. */
export const wantsCsv = (c: Context<App>, format: 'json' | 'csv' | undefined): boolean =>
  format === undefined ? (c.req.header('Accept') ?? '').includes('text/csv') : format === 'csv';

/** Answers a table as a file (RFC 4180). @param name Without `peel-` and `.csv`. */
export function sendCsv(c: Context<App>, name: string, text: string | ReadableStream<Uint8Array>): Response {
  return c.body(text, 200, {
    ...NO_STORE,
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="peel-${name}.csv"`,
  });
}
