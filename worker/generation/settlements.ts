import type { Settlement } from '../ledger/reservation.ts';
import { extensionOf } from '../request/image-type.ts';
import { RETENTION_DAYS } from '../sites/site.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { RunRecord } from './run-record.ts';

/** The settlement of a run that went up and has no known outcome: the whole reservation counts as spent. */
export const unknownOf = ({ micros, provider }: RunRecord): Settlement => ({
  micros,
  provider: provider ?? 'unknown',
  outcome: 'unknown',
});

/** The picture that stands last is the final one; drafts come before it. */
function fileOf({ images }: Manifest): { file?: string } {
  const last = images.at(-1);
  return last ? { file: `${last.n}.${extensionOf(last.mimeType) ?? 'png'}` } : {};
}

const tokensOf = ({ usage }: Manifest): Pick<NonNullable<Settlement['picture']>, 'tokens'> =>
  usage && !usage.isOdd
    ? { tokens: { input: usage.promptTokens, output: usage.candidatesTokens + usage.thoughtsTokens } }
    : {};

/**
 * The settlement of a run that ended with an answer. Its cost is the manifest's, in micro-dollars.
 *
 * @param durationMs Absent when the run was recovered after a crash.
 */
export function settlementOf(
  record: RunRecord,
  { manifest, outcome }: { outcome: 'picture' | 'refused'; manifest: Manifest },
  durationMs?: number,
): Settlement {
  return {
    micros: manifest.costMicros,
    provider: manifest.provider,
    outcome,
    ...(durationMs !== undefined && { durationMs }),
    ...(outcome === 'picture' && {
      picture: {
        id: record.id,
        ...fileOf(manifest),
        keepDays: RETENTION_DAYS[record.site.retention],
        ...(record.prefix !== undefined && { prefix: record.prefix }),
        ...(record.client !== undefined && { client: record.client }),
        ...tokensOf(manifest),
      },
    }),
  };
}
