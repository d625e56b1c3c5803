/** Before each file: waits past midnight (UTC) if it is near. Budgets, counts and salts are of a day. */
import { beforeAll } from 'vitest';
import { stayInOneDay } from './stay-in-one-day.ts';

/** More than a file takes on a machine with other work. */
const FILE_MS = 240_000;

beforeAll(() => stayInOneDay(FILE_MS), FILE_MS + 60_000);
