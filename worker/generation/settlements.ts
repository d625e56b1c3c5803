/** What the ledgers are told of a run. */
import { RETENTION_DAYS } from '../auth/site.ts';
import type { Settlement } from '../ledger/reservation.ts';
import type { Manifest } from '../storage/manifest.ts';
import type { RunRecord } from './run-record.ts';

/** Went up, and nobody knows what it came to: counted in full. */
export const unknownOf = ({ micros, provider }: RunRecord): Settlement => ({
  micros,
  provider: provider ?? 'unknown',
  outcome: 'unknown',
});

/** @param durationMs Absent where it was found again after a crash. */
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
        keepDays: RETENTION_DAYS[record.site.retention],
        ...(record.prefix !== undefined && { prefix: record.prefix }),
      },
    }),
  };
}
