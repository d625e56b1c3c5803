/**
 * The pages list what the code has: variables and defaults, reasons and statuses, headers, models, prices, stored keys
 * and SQL tables. `WRITE_DOCS=1` rewrites the tables of models and prices.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createManifest, elementOf } from '../../scripts/element/manifest.ts';
import { KEYED_PROVIDERS } from '../../worker/catalog/model.ts';
import { readConfig } from '../../worker/config/config.ts';
import { toWire } from '../../worker/http/wire-error.ts';
import { FRAME_ATTRIBUTES } from '../../worker/routes/embed.ts';
import { FRAME_PATH } from '../../worker/routes/framed-site.ts';
import type { Failure } from '../../worker/shared/failure.ts';
import * as keys from '../../worker/storage/keys.ts';
import { insertReport } from '../bench/report.ts';
import { renderModels, renderPrices } from './catalog-tables.ts';
import { codeOf, FILES, quoted, ROOT, read, tableUnder } from './repository.ts';

const unique = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

describe('docs/configuration.md', () => {
  const rows = tableUnder('docs/configuration.md', 'Variables');
  const documented = rows.flatMap(([name = '']) => quoted(name));

  it('has every variable once, and no other', () => {
    const [, union = ''] = /export type VariableName =([\s\S]*?);/.exec(codeOf('worker/config/variables.ts')) ?? [];
    const ofProviders = KEYED_PROVIDERS.map((name) => name.toUpperCase()).flatMap((name) =>
      [...union.matchAll(/`\$\{Uppercase<KeyedProvider>\}(_[A-Z_]+)`/g)].map(([, ending]) => `${name}${ending}`),
    );
    const known = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, name = '']) => name).concat(ofProviders);

    expect(known).not.toHaveLength(0);
    expect(documented.toSorted()).toEqual(unique(known));
  });

  it('says the defaults that a configuration without variables has', () => {
    const { site, burst, adultsDeclared, heartbeatMs, deploymentDayBudgetMicros, deploymentMonthBudgetMicros } =
      readConfig({});
    const defaults = {
      VISITOR_PER_MINUTE: site.visitorPerMinute,
      VISITOR_PER_DAY: site.visitorPerDay,
      SESSION_USES: site.sessionUses,
      SITE_PER_MINUTE: site.sitePerMinute,
      SITE_DAILY_BUDGET_USD: site.dayBudgetMicros / 1e6,
      SITE_MONTHLY_BUDGET_USD: site.monthBudgetMicros / 1e6,
      DEPLOYMENT_DAILY_BUDGET_USD: deploymentDayBudgetMicros / 1e6,
      DEPLOYMENT_MONTHLY_BUDGET_USD: deploymentMonthBudgetMicros / 1e6,
      BURST: burst ? 'on' : 'off',
      SITE_RETENTION: site.retention,
      SITE_GROUNDING: site.grounding ? 'on' : 'off',
      SITE_PROOF: site.proof,
      ADULTS_DECLARED: adultsDeclared ? 'yes' : 'no',
      STREAM_HEARTBEAT_MS: heartbeatMs,
    };
    const told = rows.flatMap(([name = '', value = '']) =>
      quoted(name).map((variable) => [variable, value.replaceAll('`', '')]),
    );

    for (const [variable, value] of Object.entries(defaults)) expect(told).toContainEqual([variable, String(value)]);
  });

  it('names what `.dev.vars.example` shows', () => {
    const shown = [...read('.dev.vars.example').matchAll(/^(?:# ?)?([A-Z_]+)=/gm)].map(([, name = '']) => name);

    expect(documented).toEqual(expect.arrayContaining(shown));
  });
});

describe('docs/errors.md', () => {
  it('has every reason with its HTTP status and its name, and no other', () => {
    const [, closed = ''] = codeOf('worker/shared/failure.ts').split(/export type LimitReason =/);
    const reasons = unique([...closed.matchAll(/'([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, reason = '']) => reason));
    const head = '\\| HTTP \\| Status \\| Reason \\|.*\\n\\|[-|]+\\n';
    const [, table = ''] = new RegExp(`${head}((?:\\|.*\\n)+)`).exec(read('docs/errors.md')) ?? [];
    const told = table
      .trim()
      .split('\n')
      .map((row) => row.split('|').map((cell) => cell.trim().replaceAll('`', '')))
      .map(([, code, status, reason]) => ({ reason, code: Number(code), status }));

    const known = reasons.map((reason) => {
      const { status: code, body } = toWire({ ...ANY_FACTS, reason } as unknown as Failure);
      return { reason, code, status: body.error.status };
    });

    expect(told.toSorted((a, b) => (a.reason ?? '').localeCompare(b.reason ?? ''))).toEqual(
      known.toSorted((a, b) => a.reason.localeCompare(b.reason)),
    );
  });
});

/** Fields for any arm of the union. */
const ANY_FACTS = {
  ...{ field: 'f', rule: 'r', value: 'v', accepted: ['a'], allowed: ['GET'], model: 'm', what: 'It', type: 't' },
  challenge: { nonce: 'n', algorithm: 'SHA-256', difficulty: 13, expiresAt: 'e' },
  ...{ problem: 'p', maxBytes: 1, afterSeconds: 1, retryAfterSeconds: 1, ran: 'no' },
};

describe('docs/api.md', () => {
  it('has every response header that a page may read, and no other', () => {
    const [, exposed = ''] = /EXPOSED_HEADERS = \[([\s\S]*?)\]/.exec(codeOf('worker/http/cors.ts')) ?? [];
    const known = [...exposed.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
    const told = tableUnder('docs/api.md', 'Response headers').flatMap(([names = '']) => quoted(names));

    expect(told.toSorted()).toEqual(known.toSorted());
  });

  it('names request headers of ours that a preflight allows', () => {
    const [, allowed = ''] = /KNOWN_HEADERS = \[([\s\S]*?)\]/.exec(codeOf('worker/http/cors.ts')) ?? [];
    const known = [...allowed.matchAll(/'(peel-[^']+)'/g)].map(([, name = '']) => name);
    const told = tableUnder('docs/api.md', 'Request headers').flatMap(([names = '']) => quoted(names));
    const ours = told.map((header) => header.split(':')[0]!.toLowerCase()).filter((name) => name.startsWith('peel-'));

    expect(unique(ours)).toEqual(unique(known));
  });

  it('has every path of the app', () => {
    // The owner's API has a page of its own.
    const sources = FILES.filter((file) => /^worker\/routes\/(?!admin\/).*\.ts$/.test(file)).map(codeOf);
    const served = sources.flatMap((source) => [...source.matchAll(/\.(?:get|post|delete)\('(\/[^']+)'/g)]);
    const paths = [...served.map(([, path = '']) => path), FRAME_PATH].map((path) =>
      path.replace(':version{v1beta|v1}', 'v1beta').replaceAll(/:\w+(\{[^}]*\})?/g, '{}'),
    );
    const told = unique([
      ...tableUnder('docs/api.md', 'Paths')
        .flatMap(([path = '']) => quoted(path))
        .map((path) => path.replace(/^[A-Z]+ /, '').replace(/\?.*$/, ''))
        .map((path) => path.replaceAll(/\{[^}]*\}(:\w+)?(\.\{\})?/g, '{}').replace('{}.{}', '{}')),
    ]);

    expect(paths).toContain('/images/{}/suggestion.html');
    for (const path of paths) expect(told).toContain(path);
  });

  it('has the models of the catalog', () => {
    expectBlock('docs/api.md', 'models', renderModels());
  });
});

describe('docs/money.md', () => {
  it('has the prices of the catalog', () => {
    expectBlock('docs/money.md', 'prices', renderPrices());
  });
});

function expectBlock(page: string, name: string, table: string): void {
  const text = read(page);
  const [, told = ''] = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)\\n?<!-- /${name} -->`).exec(text) ?? [];
  if (process.env.WRITE_DOCS === '1') writeFileSync(join(ROOT, page), insertReport(text, table, name));
  else expect(told).toBe(table);
}

describe('docs/widget.md', () => {
  const attributes = elementOf(createManifest(ROOT)).attributes.map(({ name }) => name);

  it('has every attribute of the element, and no other', () => {
    const told = tableUnder('docs/widget.md', 'Attributes').flatMap(([names = '']) => quoted(names));

    // The browser itself reads `dir`.
    expect(told.toSorted()).toEqual(['dir', ...attributes].toSorted());
  });

  it('belongs to an element whose frame takes every attribute but those that say where it belongs', () => {
    const ofFrame = FRAME_ATTRIBUTES.filter((name) => name !== 'dir');

    expect([...ofFrame, 'endpoint', 'site'].toSorted()).toEqual(attributes.toSorted());
  });

  it('has every event that the element fires, and no other', () => {
    const known = [...read('widget/peel-studio.ts').matchAll(/@fires (peel-[\w-]+)/g)].map(([, name = '']) => name);
    const told = tableUnder('docs/widget.md', 'Events').flatMap(([names = '']) => quoted(names));
    const native = ['change', 'input'];

    expect(told.toSorted()).toEqual([...native, ...known].toSorted());
  });
});

describe('docs/storage.md', () => {
  it('has every table of the objects with its columns, and no other', () => {
    const sources = FILES.filter((file) =>
      /^worker\/(alarms|generation|ledger|proofs|storage)\/.*\.ts$/.test(file),
    ).map(codeOf);
    const known = sources
      .flatMap((source) => [
        ...source.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+) \(([\s\S]*?)\)(?: WITHOUT ROWID)?\s*[`']/g),
      ])
      .map(([, table = '', columns = '']) => [table, columnsOf(columns)]);
    const told = ['Object `Generation`, one for each request key', LEDGER, PROOFS].flatMap((heading) =>
      tableUnder('docs/storage.md', heading).map(([table = '', columns = '']) => [quoted(table)[0], quoted(columns)]),
    );

    const byName = ([a]: unknown[], [b]: unknown[]) => String(a).localeCompare(String(b));
    expect(told.toSorted(byName)).toEqual(known.toSorted(byName));
  });

  it('has every kind of key in R2', () => {
    const id = `b${'0'.repeat(32)}`;
    const [image, signature] = (['images', 'signatures'] as const).map((kind) => keys.blobKey(kind, id, 7));
    const known = [
      keys.manifestKey('30d', '{site}', '{key}'),
      ...[image, signature].map((key) => key?.replace('/7', '/{n}')),
      keys.renditionKey(id, 7, 160).replace('/7/160', '/{n}/{width}'),
      keys.suggestionKey(id),
      keys.inputKey('{site}', '{id}'),
      keys.fileKey('{site}', '{id}'),
      keys.fileBytesKey('{site}', '{random}'),
      `${keys.uploadFolder('{site}', '{id}')}session`,
    ].map((key) => key?.replace(/^30d/, '{class}').replace(id, '{id}'));

    const told = tableUnder('docs/storage.md', 'R2').flatMap(([key = '']) => quoted(key));

    expect(told).toEqual(expect.arrayContaining(known));
  });
});

const PROOFS = 'Object `Proofs`, one for each site';
const LEDGER = 'Object `Ledger`, one for each site and one for the deployment';

/** Names of columns, without their types and without keys over several of them. */
const columnsOf = (definition: string): string[] =>
  definition
    .replaceAll(/\([^)]*\)?/g, '')
    .split(',')
    .map((column) => column.trim())
    .filter((column) => column !== '' && !column.startsWith('PRIMARY KEY'))
    .map((column) => column.split(/\s/)[0] ?? '');
