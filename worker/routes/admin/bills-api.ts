import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { FORMAT_MEANING } from './query.ts';
import { BILL_REQUEST } from './requests.ts';

const READ = {
  provider: v.string(),
  /** Lines that were read as pictures, and their sum in micro-dollars. */
  ...{ lines: v.number(), micros: v.number() },
  ...{ from: v.exactOptional(v.string()), to: v.exactOptional(v.string()) },
  currency: v.string(),
  /** Absent: the currency’s rate is needed first. */
  usdPerUnit: v.exactOptional(v.number()),
  leftOut: v.array(
    v.strictObject({
      ...{ line: v.number(), text: v.string(), micros: v.number() },
      because: v.picklist(['not_pictures', 'other_month']),
    }),
  ),
  ...{ leftOutMicros: v.number(), leftOutLines: v.number() },
};
const COMPARED = v.exactOptional(v.strictObject({ ledgerMicros: v.number(), billMicros: v.number() }));

const BILL = v.strictObject({
  ...{ month: v.string(), demo: v.boolean(), ledgerPictures: v.number(), ledgerMicros: v.number() },
  compared: COMPARED,
  rows: v.array(
    v.strictObject({
      ...{ provider: v.string(), model: v.string(), displayName: v.string(), size: v.string() },
      ...{ ledgerPictures: v.number(), ledgerMicros: v.number() },
      ...{ billPictures: v.exactOptional(v.number()), billMicros: v.exactOptional(v.number()) },
      ...{ why: v.exactOptional(v.string()), unknown: v.number(), unknownMicros: v.number() },
    }),
  ),
  bills: v.array(v.strictObject({ ...READ, addedAt: v.number() })),
  providers: v.array(v.string()),
  months: v.array(v.strictObject({ month: v.string(), ledgerMicros: v.number(), compared: COMPARED })),
  unread: v.array(v.string()),
});

export const BILLS_API: readonly ApiRoute[] = [
  {
    ...{ method: 'get', path: '/peel/admin/api/bills/:month' },
    summary: 'A month’s ledger beside the bills of its providers. As CSV with `Accept: text/csv`.',
    csv: true,
    query: { format: FORMAT_MEANING },
    answer: BILL,
  },
  {
    ...{ method: 'post', path: '/peel/admin/api/bills/:month/read', body: BILL_REQUEST },
    summary: 'Reads a bill, a CSV, and keeps nothing.',
    answer: v.strictObject({
      bills: v.array(v.strictObject(READ)),
      problems: v.array(v.strictObject({ line: v.number(), text: v.string(), rule: v.string() })),
    }),
  },
  {
    ...{ method: 'put', path: '/peel/admin/api/bills/:month', body: BILL_REQUEST },
    summary: 'Keeps a bill in the place of its provider’s last one of the month, and compares.',
    answer: BILL,
  },
  {
    ...{ method: 'delete', path: '/peel/admin/api/bills/:month' },
    summary: 'Forgets the bills of a month.',
    query: { provider: 'Only this provider’s. Default: all.' },
  },
];
