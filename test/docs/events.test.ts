/** docs/events.md lists what the code logs: every event with its fields, and no other. Each alarm has its part in docs/runbook.md. */
import { describe, expect, it } from 'vitest';
import { GRAVITY } from '../../worker/alarms/words.ts';
import { anchorsOf, codeOf, FILES, quoted, read, tableUnder } from './repository.ts';

const CODE = FILES.filter((file) => file.startsWith('worker/') && file.endsWith('.ts')).map(codeOf);

/** What stands between a bracket and its partner. @param from Where the bracket is. */
function inBrackets(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if ('([{'.includes(text[at]!)) depth += 1;
    if (')]}'.includes(text[at]!)) depth -= 1;
    if (depth === 0) return text.slice(from + 1, at);
  }
  throw new Error('a bracket is not closed');
}

/** Parts between the commas that are in no brackets. */
function partsOf(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** Names of an object literal's fields. Of what is spread only what is written out is known. */
function fieldsOf(literal: string): string[] {
  return partsOf(literal).flatMap((part) => {
    if (!part.startsWith('...')) return [/^\w+/.exec(part)![0]];
    const inner = part.indexOf('{');
    return inner < 0 ? [] : fieldsOf(inBrackets(part, inner));
  });
}

/** Events with the fields that their calls write out. */
const LOGGED = new Map<string, Set<string>>();
for (const text of CODE) {
  for (const found of text.matchAll(/\blog\(\s*(?:[^?,(){]*\?\s*)?'([a-z_]+)'(?:\s*:\s*'([a-z_]+)')?/g)) {
    const inside = inBrackets(text, text.indexOf('(', found.index));
    const literal = inside.indexOf('{');
    const fields = literal < 0 ? [] : fieldsOf(inBrackets(inside, literal));
    for (const name of found.slice(1).filter(Boolean)) {
      LOGGED.set(name, new Set([...(LOGGED.get(name) ?? []), ...fields]));
    }
  }
  for (const [, name = ''] of text.matchAll(/\bevent: '([a-z_]+)'/g)) LOGGED.set(name, new Set());
}

const TOLD = ['Requests', 'Runs and pictures', 'Providers, keys and prices', 'Money', 'Alarms', 'Sites and their owner']
  .flatMap((heading) => tableUnder('docs/events.md', heading))
  .map(([name = '', when = '', fields = '', todo = '']) => ({
    name: quoted(name)[0]!,
    when,
    fields: quoted(fields),
    todo,
  }));

describe('docs/events.md', () => {
  it('has every event of the code once, and no other', () => {
    expect(LOGGED.size).toBeGreaterThan(70);
    expect(TOLD.map(({ name }) => name).toSorted()).toEqual([...LOGGED.keys()].toSorted());
  });

  it.each(TOLD)('says when $name comes, with its fields, and what to do', ({ name, when, fields, todo }) => {
    expect(when).not.toBe('');
    expect(todo).not.toBe('');
    expect([...LOGGED.get(name)!].filter((field) => !fields.includes(field))).toEqual([]);
  });

  it('has the phases of Server-Timing that the routes mark', () => {
    const marked = CODE.flatMap((text) =>
      [...text.matchAll(/\bmark(?:Of)?\((?:c|context)(?:, (?:run\.)?read)?, '([a-z]+)'\)/g)].map(
        ([, step = '']) => step,
      ),
    );
    const told = tableUnder('docs/events.md', 'Server-Timing').flatMap(([phase = '']) => quoted(phase));

    expect(told.toSorted()).toEqual([...new Set([...marked, 'total'])].toSorted());
  });
});

describe('an alarm', () => {
  it.each(GRAVITY)('has its row and its part of the runbook: %s', (name) => {
    expect(anchorsOf('docs/runbook.md')).toContain(name);
    const [, part = ''] = read('docs/runbook.md').split(new RegExp(`^## ${name}$`, 'm'));
    for (const what of ['Means', 'Peel', 'Do', 'Over']) expect(part.split(/^## /m)[0]).toContain(`- **${what}**: `);
  });

  it('stands in docs/alarms.md in the order of its gravity', () => {
    const [, section = ''] = /^# Alarms\n([\s\S]*?)^## /m.exec(read('docs/alarms.md')) ?? [];
    const rows = [...section.matchAll(/^\| `([a-z_0-9]+)`/gm)].map(([, name]) => name);

    expect(rows).toEqual([...GRAVITY]);
  });
});
