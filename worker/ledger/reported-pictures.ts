/**
 * What happens when a visitor reports a picture: the report is kept, and an alarm stays open until the owner deletes
 * the picture or keeps it, or until the picture's retention ends. In a site's ledger.
 */
import type { AlarmNotifier } from '../alarms/notifier.ts';
import type { AlarmCause } from '../alarms/signal.ts';
import type { Failure } from '../shared/failure.ts';
import type { Log } from '../shared/log.ts';
import { type PictureReports, REPORT_KEPT_MS, type VisitorReport } from './picture-reports.ts';
import type { PictureRow } from './pictures.ts';

export interface ReportedPicturesOptions {
  /** Id of the site. */
  site: string;
  /** Name of its ledger, for the log. */
  ledger: string;
  reports: PictureReports;
  findPicture: (id: string) => PictureRow | undefined;
  notifier: AlarmNotifier;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
}

export function createReportedPictures(options: ReportedPicturesOptions) {
  const { site, ledger, reports, findPicture, notifier, log, now } = options;
  const causeOf = (id: string): AlarmCause => ({ name: 'picture_reported', site, subject: id });

  function ring(id: string): void {
    const { at: reportedAt = now() } = reports.of([id])[id] ?? {};
    const { keepUntil = reportedAt + REPORT_KEPT_MS, onWall = false } = findPicture(id) ?? {};
    void notifier.ring([
      {
        ...{ ...causeOf(id), period: id, facts: { picture: id, reportedAt } },
        // A picture on a wall is kept for as long as it hangs there.
        ...(!onWall && { closesAt: keepUntil }),
      },
    ]);
  }

  /** Forgets the reports of a picture and closes their alarm. Idempotent. */
  function close(id: string): void {
    const isReported = reports.of([id])[id] !== undefined;
    reports.close(id);
    if (isReported) notifier.end([causeOf(id)]);
  }

  return {
    close,

    /** Keeps a visitor's report. @returns Why it is not kept. */
    report(report: VisitorReport): Failure | undefined {
      const outcome = reports.take(report, now());
      if (typeof outcome === 'object') return outcome;
      const isRepeated = outcome === 0;
      if (isRepeated) return undefined;
      if (outcome === 1) log('picture_reported', { ledger, id: report.id, alarm: true });
      // Each report rings, because the book may not have got the one before.
      ring(report.id);
      return undefined;
    },

    /** Closes the reports of pictures past their retention: the owner has no page on which to decide about them. */
    closePast(): void {
      for (const id of reports.withoutRow()) close(id);
    },
  };
}
