import { afterEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { colourOf, contrastOf, find, type LookHost, mountIn, pageWith, painted } from './host.ts';

afterEach(async () => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute('data-theme');
  await media();
});

type Send = (method: string, params: object) => Promise<unknown>;

/** Sets media features of the browser, or none. */
async function media(...features: { name: string; value: string }[]) {
  const { send } = cdp() as unknown as { send: Send };
  await send('Emulation.setEmulatedMedia', { features });
}

/** A page that has been painted has styles to change from. */
const painting = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

const PAGES = [
  { name: 'a cream shop', css: 'background: #faf5ea; color: #2a1f2b', rules: 'a { color: #8a3552 }', paper: '#faf5ea' },
  { name: 'a white start-up', css: 'background: #fff; color: #0f172a; accent-color: #2563eb', paper: '#fff' },
  {
    name: 'a black portfolio',
    css: 'background: #0b0b0c; color: #f1ece4',
    rules: 'a { color: inherit }',
    paper: '#0b0b0c',
  },
  {
    name: 'grey text and a yellow accent',
    css: 'background: #fff; color: #4b4b4b; --peel-accent: #ffcc00',
    paper: '#fff',
  },
  { name: 'greyer text', css: 'background: #fff; color: #767676; accent-color: #f0f', paper: '#fff' },
  {
    name: 'see-through text',
    css: 'background: #fff; color: rgb(0 0 0 / 87%); accent-color: rgb(255 0 0 / 50%)',
    paper: '#fff',
  },
  { name: 'a photo', css: 'background: url(photo.jpg); color: #4b4b4b', paper: '#fff' },
  { name: 'light text on a photo', css: 'background: url(photo.jpg); color: #fff', paper: '#000' },
  { name: 'a dark page by its scheme alone', css: 'color-scheme: dark; color: CanvasText', paper: '#121212' },
  { name: 'a dark page without a scheme', css: 'background: #111; color: #ccc; accent-color: #123', paper: '#111' },
];

describe.each(PAGES)('on $name', ({ css, rules, paper }) => {
  const mount = () => mountIn(pageWith(css, rules));

  it('keeps quiet text, borders, ring, button and danger as far from the paper as they must be', async () => {
    const host = await mount();
    const [ink, quiet, edge, ring, tone, tint, danger] = ['ink', 'quiet', 'edge', 'ring', 'tone', 'tint', 'danger'].map(
      (name) => colourOf(host, `var(--_${name})`),
    ) as [string, string, string, string, string, string, string];
    const inkOn = (...layers: string[]) => Math.min(4.5, contrastOf(...layers, ink));

    expect(contrastOf(paper, quiet)).toBeGreaterThanOrEqual(inkOn(paper));
    expect(contrastOf(paper, tone, quiet)).toBeGreaterThanOrEqual(inkOn(paper, tone));
    expect(contrastOf(paper, tint, ink)).toBeGreaterThanOrEqual(inkOn(paper));
    expect(contrastOf(paper, edge)).toBeGreaterThanOrEqual(3);
    expect(contrastOf(paper, ring)).toBeGreaterThanOrEqual(3);
    expect(contrastOf(paper, danger)).toBeGreaterThanOrEqual(4.5);
  });

  it('has a filled button that is read, and told from the paper', async () => {
    const host = await mount();
    const [fill, text] = [colourOf(host, 'var(--_accent)'), colourOf(host, 'var(--_on-accent)')];
    const line = colourOf(host, 'var(--_l)');

    expect(contrastOf(paper, fill, text)).toBeGreaterThanOrEqual(4.5);
    expect(Math.max(contrastOf(paper, fill), contrastOf(paper, line))).toBeGreaterThanOrEqual(3);
  });

  it('knows the paper for what floats, and whether it is dark', async () => {
    const host = await mount();

    expect(painted(colourOf(host, 'var(--_paper)'))).toBe(painted(paper));
    expect(painted(colourOf(host, 'light-dark(#fff, #000)'))).toBe(
      contrastOf(paper, '#000') > 4.5 ? '#ffffff' : '#000000',
    );
  });
});

it('writes black on yellow, rings in ink and lines the button', async () => {
  const host = await mountIn(pageWith('background: #fff; color: #4b4b4b; --peel-accent: #ffcc00'));

  expect(painted(colourOf(host, 'var(--_on-accent)'))).toBe('#000000');
  expect(painted(colourOf(host, 'var(--_ring)'))).toBe('#4b4b4b');
  expect(painted('#fff', colourOf(host, 'var(--_l)'))).toBe(painted('#fff', colourOf(host, 'var(--_edge)')));
});

it('takes each colour that the page sets, and leaves the host’s attributes alone', async () => {
  const page = pageWith('background: #fff; color: #222');
  const host = await mountIn(page);
  const properties = {
    '--peel-accent': 'var(--_accent)',
    '--peel-accent-contrast': 'var(--_on-accent)',
    '--peel-surface': 'var(--_paper)',
    '--peel-surface-raised': 'var(--_tone)',
    '--peel-text': 'var(--_ink)',
    '--peel-text-quiet': 'var(--_quiet)',
    '--peel-border': 'var(--_edge)',
    '--peel-danger': 'var(--_danger)',
    '--peel-warning': 'var(--_warning)',
    '--peel-focus-ring': 'var(--_ring)',
  };

  for (const [name, token] of Object.entries(properties)) {
    page.style.setProperty(name, '#12ab34');
    expect([name, painted(colourOf(host, token))]).toEqual([name, '#12ab34']);
    page.style.removeProperty(name);
  }
  expect(host.getAttributeNames()).toEqual([]);
});

it('takes the owner’s look where the page sets nothing', async () => {
  const page = pageWith('background: #fff; color: #222; accent-color: #2563eb; font-family: serif');
  const host = await mountIn(page);

  host.look.site = { accent: '#8a3552', radius: '20px', font: 'monospace', scheme: 'dark' };
  const base = getComputedStyle(find(host, '.base'));

  expect(painted(colourOf(host, 'var(--_accent)'))).toBe('#8a3552');
  expect([base.fontFamily, base.colorScheme]).toEqual(['monospace', 'dark']);
  page.style.cssText += '--peel-accent: #0a0; --peel-font: fantasy; --peel-radius: 4px';
  expect(painted(colourOf(host, 'var(--_accent)'))).toBe('#00aa00');
  expect(base.fontFamily).toBe('fantasy');
});

describe('when the page changes', () => {
  const quiet = (host: LookHost, paper: string) => contrastOf(paper, colourOf(host, 'var(--_quiet)'));

  it('follows a class on any box around it', async () => {
    const page = pageWith('', '.page { background: #fff; color: #222 } .page.dark { background: #111; color: #eee }');
    page.className = 'page';
    const host = await mountIn(page);
    await painting();

    page.classList.add('dark');

    await expect.poll(() => quiet(host, '#111')).toBeGreaterThan(4.5);
    expect(painted(colourOf(host, 'var(--_paper)'))).toBe('#111111');
    expect(getComputedStyle(find(host, '.base')).colorScheme).toBe('dark');
  });

  it('knows the new paper after a page that fades from one theme to the other', async () => {
    const page = pageWith(
      '',
      '.page { background: #fff; color: #222; transition: background 300ms, color 100ms } .page.dark { background: #111; color: #eee }',
    );
    page.className = 'page';
    const host = await mountIn(page);
    await painting();

    page.classList.add('dark');

    await expect.poll(() => painted(colourOf(host, 'var(--_paper)'))).toBe('#111111');
    expect(quiet(host, '#111')).toBeGreaterThan(4.5);
  });

  it('follows a theme that changes nothing but the links', async () => {
    const rules = 'a { color: #07c } [data-theme=plum] a { color: #8a3552 }';
    const host = await mountIn(pageWith('background: #fff; color: #222', rules));
    expect(painted(colourOf(host, 'var(--_accent)'))).toBe('#0077cc');

    document.documentElement.dataset.theme = 'plum';

    await expect.poll(() => painted(colourOf(host, 'var(--_accent)'))).toBe('#8a3552');
  });

  it('follows an accent that the page sets later', async () => {
    const page = pageWith('background: #fff; color: #222; --peel-accent: #123');
    const host = await mountIn(page);
    expect(painted(colourOf(host, 'var(--_on-accent)'))).toBe('#ffffff');

    page.style.setProperty('--peel-accent', '#ffcc00');

    await expect.poll(() => painted(colourOf(host, 'var(--_on-accent)'))).toBe('#000000');
  });

  it('follows the system from light to dark', async () => {
    const host = await mountIn(pageWith('color-scheme: light dark; color: CanvasText'));
    expect(painted(colourOf(host, 'var(--_paper)'))).toBe('#ffffff');

    await media({ name: 'prefers-color-scheme', value: 'dark' });

    await expect.poll(() => painted(colourOf(host, 'var(--_paper)'))).toBe('#121212');
    expect(quiet(host, '#121212')).toBeGreaterThan(4.5);
  });

  it('reads nothing while it is not on the page, and everything when it comes back', async () => {
    const page = pageWith('background: #fff; color: #222');
    const host = await mountIn(page);
    host.remove();

    page.style.cssText = 'background: #111; color: #eee';
    host.look.read();
    expect(host.isConnected).toBe(false);
    page.append(host);

    expect(quiet(host, '#111')).toBeGreaterThan(4.5);
  });
});

it('gives way to the colours of the system where these are forced', async () => {
  await media({ name: 'forced-colors', value: 'active' });
  const host = await mountIn(pageWith('background: #faf5ea; color: #2a1f2b; accent-color: #8a3552'));
  find(host, '.base').style.forcedColorAdjust = 'none';

  const token = (name: string) => colourOf(host, `var(--_${name})`);
  expect(token('accent')).toBe(colourOf(host, 'Highlight'));
  expect(token('ring')).toBe(colourOf(host, 'Highlight'));
  expect(token('quiet')).toBe(colourOf(host, 'CanvasText'));
});

it('works under a policy that allows no inline styles', async () => {
  const frame = document.createElement('iframe');
  const done = new Promise<MessageEvent>((resolve) => addEventListener('message', resolve, { once: true }));
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="style-src 'none'">
    <script>
      __vitest_browser_runner__ = parent.__vitest_browser_runner__;
      const violations = [];
      addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
    </script>
    <script type="module">
      await import(${JSON.stringify(new URL('./host.ts', import.meta.url).href)});
      const host = document.createElement('look-host');
      document.body.append(host);
      await host.updateComplete;
      const tokens = getComputedStyle(host).getPropertyValue('--_i');
      parent.postMessage({ tokens, violations });
    </script>`;
  document.body.append(frame);

  const { data } = await done;

  expect(data).toEqual({ tokens: 'color(srgb 0 0 0/1)', violations: [] });
});
