/**
 * The manifest says what the element is: every part, slot, event and custom property of the source, and every attribute,
 * property and method of the class in a browser.
 */
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';
import {
  createManifest,
  ELEMENT_MODULES,
  elementOf,
  eventTypesOf,
  parseModule,
} from '../../scripts/element/manifest.ts';
import { codeOf, FILES, ROOT } from './repository.ts';

const manifest = createManifest(ROOT);
const element = elementOf(manifest);

/** The code of the element and of all its parts, without comments. */
const SOURCES = FILES.filter((file) => /^widget\/(?!builder|playground|embed).*\.ts$/.test(file)).map(codeOf);

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].filter((name) => name !== '').toSorted();
const namesOf = (named: readonly { name: string }[]): string[] => sorted(named.map(({ name }) => name));

const allOf = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);

/**
 * The names that an attribute has in the templates of a text: `part="a b"`, `part=${is ? 'a' : 'b'}`, and
 * `part=${part}`, where the names are what the file gives to `part`.
 */
function namesIn(text: string, attribute: string, file = text): string[] {
  const written = allOf(text, new RegExp(`\\s${attribute}="([^"$]*)"`, 'g'));
  const chosen = allOf(text, new RegExp(`\\s${attribute}=\\$\\{([^}]*)\\}`, 'g')).flatMap((expression) =>
    /^\w+$/.test(expression)
      ? allOf(file, new RegExp(`\\b${expression}: '([\\w -]+)'`, 'g'))
      : allOf(expression, /[?:]\s*'([\w -]*)'/g),
  );
  return [...written, ...chosen].flatMap((names) => names.split(/\s+/));
}

describe('the manifest', () => {
  it('has every part that a template renders, and no other', () => {
    const rendered = SOURCES.flatMap((code) => namesIn(code, 'part'));

    expect(namesOf(element.cssParts)).toEqual(sorted(rendered));
  });

  it('has every slot of a template, and no other but the fallback', () => {
    const rendered = SOURCES.flatMap((code) =>
      allOf(code, /(<slot\b[^>]*>)/g).flatMap((tag) => namesIn(tag, 'name', code)),
    );

    expect(namesOf(element.slots)).toEqual(sorted(rendered));
    expect(element.slots.map(({ name }) => name)).toContain('');
  });

  it('has every custom property that a style reads, and no other', () => {
    const read = SOURCES.flatMap((code) => allOf(code, /(?:var\(\s*|getPropertyValue\(')(--peel-[a-z-]+)/g));

    expect(namesOf(element.cssProperties)).toEqual(sorted(read));
  });

  it('has every event that is fired, and no other but those of the browser', () => {
    const ours = element.events.filter(({ type }) => type.text !== 'Event');
    const isFired = ({ name }: { name: string }) =>
      SOURCES.some(
        (code) =>
          new RegExp(`fire\\([^;]*'${name}'`).test(code) ||
          // `peel-${of}`, where the file knows what it is of.
          (code.includes('`peel-${') && code.includes(`'${name.replace('peel-', '')}'`)),
      );

    expect(namesOf(ours)).toEqual(sorted(eventTypesOf(ELEMENT_MODULES.map((path) => parseModule(ROOT, path)))));
    expect(namesOf(ours.filter(isFired))).toEqual(namesOf(ours));
    expect(namesOf(element.events.filter((event) => !ours.includes(event)))).toEqual(['change', 'input']);
  });

  it('says of everything what it is', () => {
    const { events, slots, cssParts, cssProperties, cssStates } = element;
    const silent = [...events, ...slots, ...cssParts, ...cssProperties, ...cssStates].filter(
      ({ description }) => !description,
    );

    expect(namesOf(silent)).toEqual([]);
    expect(cssStates.length).toBeGreaterThan(5);
  });

  it('names everything once', () => {
    const { attributes, members, events, slots, cssParts, cssProperties, cssStates } = element;

    for (const list of [attributes, members, events, slots, cssParts, cssProperties, cssStates]) {
      expect(list).toHaveLength(new Set(list.map(({ name }) => name)).size);
    }
  });

  it('is one that tools understand: a definition, with types for every member', () => {
    const [module] = manifest.modules;

    expect(module?.exports).toContainEqual({
      kind: 'custom-element-definition',
      name: 'peel-studio',
      declaration: { name: 'PeelStudio', module: 'widget.js' },
    });
    expect(element).toMatchObject({ customElement: true, tagName: 'peel-studio' });
    expect(
      element.members.filter((member) => (member.kind === 'field' ? member.type : member.return.type).text === ''),
    ).toEqual([]);
  });
});

interface Real {
  attributes: string[];
  /** Own to the class and its bases up to the framework's. */
  properties: Record<string, { isMethod: boolean; isReadOnly: boolean }>;
  defaults: Record<string, unknown>;
}

/** Runs in the page. */
const LOOK = `(() => {
  const define = customElements.get('peel-studio');
  const studio = document.createElement('peel-studio');
  const properties = {};
  for (let at = define.prototype; at && at.requestUpdate && !Object.hasOwn(at, 'requestUpdate'); at = Object.getPrototypeOf(at)) {
    for (const [name, { get, set, value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      properties[name] ??= { isMethod: typeof value === 'function', isReadOnly: Boolean(get && !set) };
    }
  }
  const defaults = {};
  for (const name of NAMES) defaults[name] = typeof studio[name] === 'function' ? undefined : studio[name];
  return { attributes: define.observedAttributes, properties, defaults: JSON.parse(JSON.stringify(defaults)) };
})()`;

describe('the class in a browser', () => {
  let browser: Browser;
  let real: Real;

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(ROOT, 'widget/index.ts')],
      tsconfig: join(ROOT, 'widget/tsconfig.json'),
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      logLevel: 'silent',
    });
    browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
    const page = await browser.newPage();
    await page.setContent('<!doctype html><title>A page</title>');
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '', type: 'module' });
    await page.waitForFunction("customElements.get('peel-studio')");
    const names = element.members.filter((member) => member.kind === 'field').map(({ name }) => name);
    real = await page.evaluate<Real>(LOOK.replace('NAMES', JSON.stringify(names)));
  });

  afterAll(() => browser?.close());

  it('observes the attributes of the manifest, and no others', () => {
    expect(namesOf(element.attributes)).toEqual(sorted(real.attributes));
  });

  it.each(element.members)('has $name as the manifest says', (member) => {
    const found = real.properties[member.name];

    expect(found).toBeDefined();
    expect(found?.isMethod).toBe(member.kind === 'method');
    if (member.kind === 'field') expect(found?.isReadOnly).toBe(member.readonly === true);
  });

  it('has the defaults of the manifest', () => {
    const told = element.members.flatMap((member) => {
      const literal = member.kind === 'field' && /^('[^']*'|\d+|true|false)$/.test(member.default ?? '');
      return literal ? [[member.name, JSON.parse((member.default ?? '').replaceAll("'", '"'))]] : [];
    });

    expect(told.length).toBeGreaterThan(10);
    expect(real.defaults).toMatchObject(Object.fromEntries(told));
  });

  it('has nothing public that the manifest does not know', () => {
    const known = new Set(element.members.map(({ name }) => name));
    /** What the browser or the framework calls, and what every element has. */
    const CALLED =
      /^(constructor|addEventListener|\w+Callback|render|update|updated|willUpdate|firstUpdated|shouldUpdate|scheduleUpdate|createRenderRoot)$/;
    const own = Object.keys(real.properties).filter((name) => !known.has(name) && !CALLED.test(name));

    expect(own.filter((name) => !isPrivate(name))).toEqual([]);
  });
});

/** TypeScript's `private` and `protected` members are there at run time. */
function isPrivate(name: string): boolean {
  const pattern = new RegExp(`\\b(?:private|protected)\\s+(?:override\\s+|readonly\\s+|async\\s+|get\\s+)*${name}\\b`);
  return SOURCES.some((code) => pattern.test(code));
}
