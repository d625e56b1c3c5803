/**
 * What Analytics Engine is told of a request for a picture: no prompt, no key, no address and no id. The columns are
 * documented in docs/events.md.
 */

/** The request, as far as it was read. */
export interface AskedPicture {
  kind: 'visitor' | 'client';
  model: string;
  size: string;
}

export interface AnsweredPicture {
  site: string;
  asked: AskedPicture | undefined;
  status: number;
  headers: Headers;
  /** The reason of a refusal. */
  reason: string | undefined;
  /** Cloudflare's data centre, such as `FRA`. */
  colo: string;
  /** To the head of the answer. */
  durationMs: number;
}

/** How an answer came about, by its `Cache-Status` (RFC 9211). */
function outcomeOf({ headers, reason }: Pick<AnsweredPicture, 'headers' | 'reason'>): string {
  if (reason !== undefined) return reason;
  const status = headers.get('Cache-Status') ?? '';
  if (status.includes('hit')) return 'hit';
  return status.includes('collapsed') ? 'joined' : 'started';
}

/** @returns A point as `writeDataPoint` takes it. */
export function dataPointOf(answered: AnsweredPicture) {
  const { site, asked, status, headers, colo, durationMs } = answered;
  const { kind = '', model = '', size = '' } = asked ?? {};
  return {
    indexes: [site],
    blobs: [kind, outcomeOf(answered), model, size, headers.get('Peel-Provider') ?? '', colo],
    doubles: [status, durationMs, Number(headers.get('Peel-Cost') ?? 0)],
  };
}

export type DataPoint = ReturnType<typeof dataPointOf>;
