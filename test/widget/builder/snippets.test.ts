/** Each snippet is run in a document of its own, by a real parser. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Draft, EMPTY, tagOf } from '../../../widget/builder/draft.ts';
import { frame, frameAddress, html, policy, script } from '../../../widget/builder/snippets.ts';
import { SYSTEMS } from '../../../widget/builder/systems.ts';
import { HOSTILE } from './hostile.ts';

const HOST = 'https://peel.tidewater.workers.dev';

afterEach(() => {
  document.body.replaceChildren();
});

/** Opens a page with the snippet between two paragraphs. */
async function open(snippet: string, width = 390): Promise<Document> {
  const page = document.createElement('iframe');
  page.style.cssText = `inline-size: ${width}px; block-size: 900px; border: 0`;
  // Loads nothing: what a script of the snippet does is not what is tested here.
  const policyOfPage = `<meta http-equiv="Content-Security-Policy" content="script-src 'unsafe-inline'; frame-src 'none'">`;
  page.srcdoc = `<!doctype html>${policyOfPage}<title>A shop</title><p id="before">Before</p>${snippet}<p id="after">After</p>`;
  const loaded = new Promise((resolve) => page.addEventListener('load', resolve, { once: true }));
  document.body.append(page);
  await loaded;
  return page.contentDocument as Document;
}

const draftOf = (text: string): Draft => ({
  ...EMPTY,
  label: text,
  placeholder: text,
  ideas: [text, 'x'],
  accent: '#0b6470',
});

/** Whatever is between the two paragraphs. */
function between(page: Document): Element[] {
  const all = [...page.body.querySelectorAll('*')];
  return all.slice(
    all.indexOf(page.querySelector('#before') as Element) + 1,
    all.indexOf(page.querySelector('#after') as Element),
  );
}

const namesOf = (elements: readonly Element[]): string[] => elements.map(({ localName }) => localName);
const attributesOf = (element: Element): Record<string, string> =>
  Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));

describe('HTML', () => {
  it.each(HOSTILE)('puts %s on the page as words, and nothing else', async (text) => {
    const page = await open(html(HOST, tagOf(draftOf(text))));

    const [, , studio, ...ideas] = between(page);
    expect(namesOf(between(page))).toEqual(['style', 'script', 'peel-studio', 'button', 'button']);
    expect(attributesOf(studio as Element)).toEqual({ label: text, placeholder: text });
    expect(ideas.map(({ textContent }) => textContent)).toEqual([text, 'x']);
    expect(ideas.map(attributesOf)).toEqual([text, 'x'].map((value) => ({ slot: 'ideas', type: 'button', value })));
    expect(Object.hasOwn(window, 'broken')).toBe(false);
  });

  it.each(HOSTILE)('leaves no brace and no bracket of %s to the templates of a shop or a blog', (text) => {
    const [, tag] = html(HOST, tagOf(draftOf(text))).split('</script>');

    expect(tag).not.toMatch(/[{}[\]]/);
  });

  it('loads the module of the worker, whatever the draft', async () => {
    const page = await open(html(HOST, tagOf(EMPTY)));

    expect(attributesOf(page.querySelector('script') as Element)).toEqual({ type: 'module', src: `${HOST}/widget.js` });
    expect(page.querySelector('peel-studio')?.attributes).toHaveLength(0);
  });

  it.each([
    { width: 390, em: 31 },
    { width: 1024, em: 26 },
  ])('keeps $em em of room at $width px until the element is there', async ({ width, em }) => {
    const page = await open(html(HOST, tagOf(EMPTY)), width);
    const studio = page.querySelector('peel-studio') as HTMLElement;

    expect(studio.getBoundingClientRect().height).toBeCloseTo(em * 16, 0);
    expect(page.querySelector('#after')?.getBoundingClientRect().top).toBeGreaterThanOrEqual(em * 16);
  });

  it('gives the element its look', async () => {
    const page = await open(html(HOST, tagOf({ ...EMPTY, accent: '#0b6470', corners: 'square', scheme: 'dark' })));
    const style = getComputedStyle(page.querySelector('peel-studio') as Element);

    expect(style.getPropertyValue('--peel-accent')).toBe('#0b6470');
    expect(style.getPropertyValue('--peel-radius')).toBe('0px');
    expect([style.colorScheme, style.color, style.backgroundColor]).toEqual([
      'dark',
      'rgb(255, 255, 255)',
      'rgb(18, 18, 18)',
    ]);
  });

  it('writes a piece that is left out as an attribute without a value', async () => {
    const page = await open(html(HOST, tagOf({ ...EMPTY, without: ['copy'] })));

    expect(html(HOST, tagOf({ ...EMPTY, without: ['copy'] }))).toContain('<peel-studio without-copy>');
    expect(page.querySelector('peel-studio')?.hasAttribute('without-copy')).toBe(true);
  });

  it('has no empty line, of which some editors make a paragraph', () => {
    expect(html(HOST, tagOf(draftOf('words')))).not.toMatch(/\n\s*\n/);
  });
});

describe('the script alone', () => {
  it.each(HOSTILE)('carries %s in its data, and nothing else', async (text) => {
    const page = await open(script(HOST, tagOf(draftOf(text))));

    expect(namesOf(between(page))).toEqual(['script']);
    const { ideas, ...data } = (between(page)[0] as HTMLScriptElement).dataset;
    expect(data).toEqual({ label: text, placeholder: text, style: '--peel-accent:#0b6470' });
    expect(JSON.parse(ideas ?? '')).toEqual([text, 'x']);
    expect(Object.hasOwn(window, 'broken')).toBe(false);
  });

  it('is the classic loader of the worker', async () => {
    const page = await open(script(HOST, tagOf(EMPTY)));

    expect(attributesOf(between(page)[0] as Element)).toEqual({ src: `${HOST}/embed.js`, async: '' });
  });
});

describe('the frame', () => {
  it.each(HOSTILE)('carries %s in its address, and nothing else', async (text) => {
    const page = await open(frame(HOST, tagOf(draftOf(text))));

    expect(namesOf(between(page))).toEqual(['iframe']);
    const { origin, pathname, searchParams } = new URL((between(page)[0] as HTMLIFrameElement).src);
    expect([origin, pathname]).toEqual([HOST, '/embed.html']);
    expect(Object.fromEntries(searchParams)).toEqual({ label: text, placeholder: text, accent: '#0b6470' });
    expect(Object.hasOwn(window, 'broken')).toBe(false);
  });

  it('has a name and a height', async () => {
    const page = await open(frame(HOST, tagOf(EMPTY)));
    const [embedded] = between(page) as [HTMLIFrameElement];

    expect(embedded.title).not.toBe('');
    expect(embedded.getBoundingClientRect()).toMatchObject({ width: page.body.clientWidth, height: 46 * 16 });
  });

  it('is its address alone where a builder asks for one', () => {
    expect(frameAddress(HOST, tagOf(EMPTY))).toBe(`${HOST}/embed.html`);
    expect(frameAddress(HOST, tagOf({ ...EMPTY, site: 'shop', scheme: 'dark' }))).toBe(
      `${HOST}/embed.html?site=shop&scheme=dark`,
    );
  });
});

describe('the policy', () => {
  it('lets a page that allows nothing else load what the element needs', () => {
    const allowed = Object.fromEntries(
      policy(HOST, 'element')
        .split('\n')
        .map((line) => [line.split(' ')[0], line]),
    );

    expect(allowed['script-src']).toContain(HOST);
    expect(allowed['connect-src']).toContain(HOST);
    expect(allowed['img-src']).toContain(`${HOST} blob:`);
    expect(allowed['frame-src']).toContain(HOST);
    expect(allowed['worker-src']).toContain('blob:');
  });

  it('is one line for a frame, and names the bot check where there is one', () => {
    expect(policy(HOST, 'frame')).toBe(`frame-src ${HOST};`);
    expect(policy(HOST, 'element', true).match(/challenges\.cloudflare\.com/g)).toHaveLength(2);
  });
});

describe('the systems', () => {
  it('each have a name, a snippet with the host of the worker, three steps and what they strip', () => {
    for (const { id, name, snippet, steps, strips, tried } of SYSTEMS) {
      expect([id, name, strips, tried].every((text) => text !== '')).toBe(true);
      expect(steps).toHaveLength(3);
      expect(snippet(HOST, tagOf(EMPTY)), id).toContain(HOST);
    }
  });

  it('have an address for every claim that is not our own', () => {
    for (const { tried, source } of SYSTEMS) expect(source !== undefined).toBe(/From /.test(tried));
  });
});
