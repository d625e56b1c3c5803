/** The showcase of the site `default`, as the variables set it. */
import * as v from 'valibot';
import { type Fields, parseFields } from '../sites/record-schema.ts';
import {
  ACTIONS,
  IDEA,
  ideaOf,
  LABELS,
  MAX_ENTRIES,
  MAX_NOTICE,
  REPORTS,
  REPORTS_RULE,
  WALL_PICTURE,
} from '../sites/showcase.ts';
import type { Showcase } from '../sites/site.ts';
import { chosen, listOrJson, oneOf, VariableError, type VariableName, type Variables } from './variables.ts';

/** @throws VariableError */
export function readShowcase(variables: Variables): Showcase {
  const ideas = listOrJson(variables, 'SITE_IDEAS').map(ideaOf);
  const notice = variables.SITE_NOTICE?.trim();
  if (notice && notice.length > MAX_NOTICE) {
    throw new VariableError('SITE_NOTICE', `must be text of at most ${MAX_NOTICE} characters`);
  }
  const reports = variables.SITE_REPORTS?.trim();
  if (reports && !v.is(REPORTS, reports)) throw new VariableError('SITE_REPORTS', REPORTS_RULE);
  const label = oneOf(variables, 'SITE_AI_LABEL', LABELS, 'text');
  return {
    presets: [],
    ideas: parseEntries('SITE_IDEAS', IDEA, ideas),
    wall: parseEntries('SITE_WALL', WALL_PICTURE, listOrJson(variables, 'SITE_WALL')),
    actions: chosen(variables, 'SITE_ACTIONS', ACTIONS),
    ...(notice && { notice }),
    ...(reports && { reports }),
    ...(label !== 'text' && { label }),
  };
}

/** The message has the entry's number, the field and its rule, never the value. */
function parseEntries<S extends Fields>(
  name: VariableName,
  schema: S,
  entries: readonly unknown[],
): v.InferOutput<S>[] {
  if (entries.length > MAX_ENTRIES) throw new VariableError(name, `must have at most ${MAX_ENTRIES} entries`);
  return entries.map((entry, at) => {
    const parsed = parseFields(schema, entry);
    if (parsed.success) return parsed.output;
    throw new VariableError(name, `entry ${at + 1}${ruleOf(schema, parsed.issues[0])}`);
  });
}

function ruleOf(schema: Fields, issue: v.BaseIssue<unknown>): string {
  const fields = Object.keys(schema.entries);
  if (issue.type !== 'strict_object') return `: ${v.getDotPath(issue)} ${issue.message}`;
  if (issue.expected === 'never') return ` has an unknown field; known are ${fields.join(', ')}`;
  const field = v.getDotPath(issue);
  return field === null ? ` must be an object of ${fields.join(', ')}` : ` must have ${field}`;
}
