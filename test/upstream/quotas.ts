/**
 * How many requests a key may make, counted as Google does: by model, for a minute from the first request, for a day
 * until a test sets another quota. Refused requests are not counted.
 */
export interface Quota {
  key: string;
  /** Absent: every model, each counted by itself. */
  model?: string;
  perMinute?: number;
  /** 0: the project has no quota for this model, as in the free tier. */
  perDay?: number;
}

/** The content of the 429. */
export interface Spent {
  /** A name of errors.ts. */
  error: string;
  /** `RetryInfo.retryDelay`: when the next minute begins. */
  retry?: string;
}

const MINUTE_MS = 60_000;

export class Quotas {
  #quotas: Quota[] = [];
  #taken = new Map<string, { minuteAt: number; minute: number; day: number }>();

  /** Replaces the quota of a key and model; counted requests stay counted. */
  set(quota: Quota): void {
    this.#quotas.unshift(quota);
  }

  clear(): void {
    this.#quotas = [];
    this.#taken.clear();
  }

  /** @param now Unix milliseconds. @returns The refusal, or undefined. */
  take(key: string, model: string, now: number): Spent | undefined {
    const quota = this.#quotas.find((each) => each.key === key && (each.model ?? model) === model);
    if (!quota) return undefined;
    const { perMinute = Number.POSITIVE_INFINITY, perDay = Number.POSITIVE_INFINITY } = quota;
    const name = `${key} ${model}`;
    const taken = this.#taken.get(name) ?? { minuteAt: now, minute: 0, day: 0 };
    this.#taken.set(name, taken);
    if (now - taken.minuteAt >= MINUTE_MS) Object.assign(taken, { minuteAt: now, minute: 0 });
    if (perDay === 0) return { error: '429_free_tier' };
    if (taken.day >= perDay) return { error: '429_per_day' };
    if (taken.minute >= perMinute) {
      return { error: '429_quota', retry: `${(taken.minuteAt + MINUTE_MS - now) / 1000}s` };
    }
    taken.minute += 1;
    taken.day += 1;
    return undefined;
  }
}
