/** A site's record as the owner's API takes it, and how one field of it is read and changed. */
import type { DeskTemplate } from '../../../worker/desk-protocol.ts';
import type { Look, Preset, WallPicture } from '../../../worker/protocol.ts';

export interface SiteRecord {
  origins: string[];
  models?: string[];
  defaultModel?: string;
  sizes?: string[];
  limits?: Partial<Record<'visitorPerMinute' | 'visitorPerDay' | 'sessionUses' | 'perMinute', number>>;
  budgets?: Partial<
    Record<
      'dailyUsd' | 'monthlyUsd' | 'visitorDailyUsd' | 'prefixDailyUsd' | 'clientsPercent' | 'deploymentPercent',
      number
    >
  >;
  promptMode?: 'free' | 'template';
  template?: DeskTemplate;
  proof?: 'turnstile' | 'pow' | 'none';
  grounding?: boolean;
  retention?: '7d' | '30d' | '90d';
  presets?: Preset[];
  ideas?: (string | { text: string; image?: string })[];
  wall?: WallPicture[];
  actions?: string[];
  look?: Look;
  notice?: string;
  showPrices?: boolean;
  /** `off`, `desk`, or a `mailto:` address. */
  reports?: string;
  label?: 'text' | 'ai-mark';
  adultsDeclared?: boolean;
  paused?: boolean;
  epoch?: number;
}

/** `GET …/sites/{id}`. */
export interface ShownSite {
  id: string;
  source: 'record' | 'variables';
  /** As it is kept, so it may break rules. */
  record: unknown;
  paused: boolean | null;
  problems?: Problem[];
}

/** A rule that a record breaks. `field` is a path such as `budgets.dailyUsd`. */
export interface Problem {
  field: string;
  rule: string;
}

export interface Warning {
  field: string;
  warning: string;
}

/** What the worker takes where a record names nothing (docs/sites.md#fields). */
export const DEFAULTS: Readonly<Record<string, number>> = {
  'limits.visitorPerMinute': 3,
  'limits.visitorPerDay': 20,
  'limits.sessionUses': 20,
  'limits.perMinute': 120,
  'budgets.dailyUsd': 5,
  'budgets.monthlyUsd': 50,
  'budgets.clientsPercent': 0,
  'budgets.deploymentPercent': 0,
};

/** Of the smaller of day and month: the part, and the least in dollars. */
const VISITOR_SHARE = [0.1, 0.3] as const;
const RANGE_SHARE = [0.3, 0.6] as const;

/** The amounts of a record with its defaults, in dollars. */
export function amountsOf({ budgets = {} }: SiteRecord) {
  const { dailyUsd: day = 5, monthlyUsd: month = 50, visitorDailyUsd, prefixDailyUsd } = budgets;
  const all = Math.min(day, month);
  const share = ([part, least]: readonly [number, number]): number => Math.min(all, Math.max(least, all * part));
  return { day, month, visitor: visitorDailyUsd ?? share(VISITOR_SHARE), range: prefixDailyUsd ?? share(RANGE_SHARE) };
}

/** @param path Such as `budgets.dailyUsd`. */
export function fieldOf(record: object, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], record);
}

/** The record with another value in a field. @param value undefined takes the field out, and its group with the last. */
export function withField<T extends object>(record: T, path: string, value: unknown): T {
  const [name = '', ...rest] = path.split('.');
  const { [name]: old, ...others } = record as Record<string, unknown>;
  const inner = rest.length > 0 ? withField((old as object | undefined) ?? {}, rest.join('.'), value) : value;
  const isEmpty = inner === undefined || (rest.length > 0 && Object.keys(inner as object).length === 0);
  // In its place, so that the document reads as it did.
  if (isEmpty) return others as T;
  return { ...record, [name]: inner };
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that differ, such as `origins` and `budgets.dailyUsd`. A list is one field. */
export function changedFields(before: object, after: object): string[] {
  const leaves = (record: object): Map<string, string> =>
    new Map(
      Object.entries(record).flatMap(([name, value]) =>
        isGroup(value)
          ? Object.entries(value).map(([inner, each]): [string, string] => [`${name}.${inner}`, JSON.stringify(each)])
          : [[name, JSON.stringify(value)] as [string, string]],
      ),
    );
  const [old, current] = [leaves(before), leaves(after)];
  return [...new Set([...old.keys(), ...current.keys()])].filter((name) => old.get(name) !== current.get(name));
}

/** Words alone are an idea; an idea with a picture keeps it while its words stay. */
export function withIdeas(lines: string, old: SiteRecord['ideas'] = []): SiteRecord['ideas'] {
  const known = new Map(old.map((idea) => [typeof idea === 'string' ? idea : idea.text, idea]));
  const ideas = lines
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => known.get(line) ?? { text: line });
  return ideas.length > 0 ? ideas : undefined;
}

export const ideasAsLines = (ideas: SiteRecord['ideas'] = []): string =>
  ideas.map((idea) => (typeof idea === 'string' ? idea : idea.text)).join('\n');
