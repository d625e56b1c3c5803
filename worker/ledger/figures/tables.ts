/**
 * The owner's figures as tables for spreadsheets: a header of the API's names, and rows whose money is micro-dollars.
 */
import type { DeskCounts, DeskHours, DeskPicture, DeskSeriesDay } from '../../desk-protocol.ts';
import type { Table } from '../../shared/csv.ts';

const COUNTS = [
  ...(['made', 'kept', 'joined', 'refused', 'declined', 'failed', 'unknown', 'unknownMicros'] as const),
] satisfies (keyof DeskCounts)[];

const PICTURE = [
  ...(['site', 'id', 'model', 'size', 'provider', 'costMicros', 'waitMs'] as const),
  ...(['visitor', 'client', 'deletedAt'] as const),
] satisfies (keyof DeskPicture)[];

/** What each day was spent on. */
export const seriesTable = (days: readonly DeskSeriesDay[]): Table => [
  ['day', 'site', 'model', 'size', 'provider', 'pictures', 'costMicros'],
  days.flatMap(({ day, rows }) =>
    rows.map((row) => [day, row.site, row.model, row.size, row.provider, row.pictures, row.costMicros]),
  ),
];

export const hoursTable = (hours: DeskHours['hours']): Table => [
  ['hour', 'spentMicros', ...COUNTS],
  hours.map((hour) => [hour.hour, hour.spentMicros, ...COUNTS.map((name) => hour[name])]),
];

export const picturesTable = (pictures: readonly DeskPicture[]): Table => [
  ['at', 'time', ...PICTURE],
  pictures.map((picture) => [
    // Of the two, people read the second.
    ...[picture.at, new Date(picture.at).toISOString()],
    ...PICTURE.map((name) => picture[name]),
  ]),
];
