import { describe, expect, it } from 'vitest';
import {
  isPersonal,
  MEMORY_MS,
  mayHaveRun,
  REFUSALS_REPLAYED_AFTER,
  type RunRecord,
  whatNext,
} from '../../worker/generation/run-record.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import { runRecord } from './run-records.ts';

const NOW = 1_795_000_000_000;
const ended = (outcome: NonNullable<RunRecord['outcome']>, agoMs = 0): RunRecord =>
  runRecord({ state: 'ended', outcome, startedAt: NOW - agoMs - 20_000, endedAt: NOW - agoMs });
const unknownFor = (seconds: number) => ({
  do: 'fail',
  failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown', retryAfterSeconds: seconds },
});
const { endedAt: _, ...unended } = ended('unknown', 1000);

describe('whatNext', () => {
  it.each([
    { name: 'starts where nothing is known', record: undefined, expected: { do: 'start' } },
    { name: 'starts after what provably did not run', record: ended('none'), expected: { do: 'start' } },
    { name: 'starts after a refusal', record: ended('refused'), refusals: [NOW - 1], expected: { do: 'start' } },
    { name: 'looks where a picture was made', record: ended('picture'), expected: { do: 'look' } },
    {
      name: 'looks for a picture whatever was refused before it',
      record: ended('picture'),
      refusals: [NOW - 3, NOW - 2, NOW - 1],
      expected: { do: 'look' },
    },
    { name: 'does not send what may have run', record: ended('unknown'), expected: unknownFor(3600) },
    { name: 'says how long it will not', record: ended('unknown', 600_000), expected: unknownFor(3000) },
    { name: 'does not until the hour is over', record: ended('unknown', MEMORY_MS - 1), expected: unknownFor(1) },
    { name: 'sends it anew after an hour', record: ended('unknown', MEMORY_MS), expected: { do: 'start' } },
    { name: 'counts the hour from the start where no end is written', record: unended, expected: unknownFor(3579) },
    {
      name: 'starts after one refusal less than are replayed',
      record: ended('refused'),
      refusals: [NOW - 2, NOW - 1],
      expected: { do: 'start' },
    },
    {
      name: 'replays a refusal after three in an hour',
      record: ended('refused'),
      refusals: [NOW - MEMORY_MS + 1, NOW - 2, NOW - 1],
      expected: { do: 'replay refusal' },
    },
    {
      name: 'replays it although the record of the last one is gone',
      record: undefined,
      refusals: [NOW - 3, NOW - 2, NOW - 1],
      expected: { do: 'replay refusal' },
    },
    {
      name: 'starts when the first of three is an hour old',
      record: ended('refused'),
      refusals: [NOW - MEMORY_MS, NOW - 2, NOW - 1],
      expected: { do: 'start' },
    },
    {
      name: 'does not send what may have run, whatever was refused before it',
      record: ended('unknown'),
      refusals: [NOW - 3, NOW - 2, NOW - 1],
      expected: unknownFor(3600),
    },
  ])('$name', ({ record, refusals = [], expected }) => {
    expect(whatNext(record, refusals, NOW)).toEqual(expected);
  });

  it('replays the last refusal after three refusals within an hour', () => {
    expect(REFUSALS_REPLAYED_AFTER).toBe(3);
    expect(MEMORY_MS).toBe(3_600_000);
  });
});

describe('a failure', () => {
  it.each<{ failure: Failure; ran: boolean; personal: boolean }>([
    { failure: { reason: 'UPSTREAM_QUOTA', ran: 'no' }, ran: false, personal: false },
    { failure: { reason: 'UPSTREAM_UNAVAILABLE', ran: 'no' }, ran: false, personal: false },
    { failure: { reason: 'INVALID_FIELD', ran: 'no' }, ran: false, personal: false },
    { failure: { reason: 'UPSTREAM_BROKEN', ran: 'no' }, ran: false, personal: false },
    { failure: { reason: 'UPSTREAM_BROKEN', ran: 'unknown' }, ran: true, personal: false },
    { failure: { reason: 'OUTCOME_UNKNOWN', ran: 'unknown' }, ran: true, personal: false },
    { failure: { reason: 'DEADLINE', afterSeconds: 300 }, ran: true, personal: false },
    { failure: { reason: 'SITE_PAUSED' }, ran: false, personal: false },
    { failure: { reason: 'BUDGET_HELD', retryAfterSeconds: 10 }, ran: false, personal: false },
    { failure: { reason: 'BUDGET_HELD', retryAfterSeconds: 10, purse: 'visitor' }, ran: false, personal: true },
    { failure: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: 10 }, ran: false, personal: false },
    { failure: { reason: 'DAILY_BUDGET_SPENT', retryAfterSeconds: 10, purse: 'visitors' }, ran: false, personal: true },
    { failure: { reason: 'MONTHLY_BUDGET_SPENT', retryAfterSeconds: 10 }, ran: false, personal: false },
    { failure: { reason: 'DEPLOYMENT_BUDGET_SPENT', retryAfterSeconds: 10 }, ran: false, personal: false },
    { failure: { reason: 'SITE_MINUTE', retryAfterSeconds: 10 }, ran: false, personal: true },
    { failure: { reason: 'VISITOR_MINUTE', retryAfterSeconds: 10 }, ran: false, personal: true },
    { failure: { reason: 'VISITOR_DAY', retryAfterSeconds: 10 }, ran: false, personal: true },
    { failure: { reason: 'SESSION_SPENT', retryAfterSeconds: 10 }, ran: false, personal: true },
    { failure: { reason: 'CLIENT_LIMIT', retryAfterSeconds: 10 }, ran: false, personal: true },
  ])('$failure.reason: may have run $ran, about the one who asked $personal', ({ failure, ran, personal }) => {
    expect(mayHaveRun(failure)).toBe(ran);
    expect(isPersonal(failure)).toBe(personal);
  });
});
