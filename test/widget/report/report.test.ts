import axe from 'axe-core';
import { html } from 'lit';
import { afterEach, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { type ReportHost, report, styles } from '../../../widget/report/report.ts';
import { SAVE } from '../../../widget/words/english/save.ts';
import { addEnglish, Words } from '../../../widget/words/words.ts';
import { mount } from '../notes/mount.ts';

addEnglish(SAVE);

afterEach(() => document.body.replaceChildren());

const PICTURE = { url: 'https://peel.example/images/b0/0.png?e=1&s=2' };

/** Opens the form on a page. */
function open(answer: () => Promise<Response>, reports = 'here') {
  const mounted = mount(styles);
  mounted.draw(html`<button class="more">More</button>`);
  mounted.find('.more').focus();
  const fetcher = vi.fn((_url: string, _init: RequestInit) => answer());
  const host = {
    clientOptions: {
      endpoint: 'https://peel.example/',
      site: 'default',
      fetch: fetcher,
      now: Date.now,
      isOnline: () => true,
    },
    facts: { reports },
    words: new Words(),
    element: { renderRoot: mounted.root },
  } as unknown as ReportHost;
  report(host, PICTURE);
  return { ...mounted, fetcher, dialog: () => mounted.root.querySelector('dialog') };
}

const done = async () => new Response(null, { status: 204 });

it('sends the words with the picture’s address, without its signature, and says so', async () => {
  const { fetcher, root, text, dialog } = open(done);

  expect(root.activeElement?.localName).toBe('textarea');
  await userEvent.keyboard('  This is my photo. ');
  await userEvent.keyboard('{Tab}{Enter}');
  await vi.waitFor(() => expect(text('dialog')).toContain('It stays until the owner of this page decides'));

  const [[url, init]] = fetcher.mock.calls as [[string, RequestInit]];
  expect(url).toBe('https://peel.example/peel/report');
  expect(init).toMatchObject({ method: 'POST', credentials: 'omit' });
  expect(JSON.parse(String(init.body))).toEqual({
    image: PICTURE.url,
    words: 'This is my photo.',
  });
  expect((root.activeElement as HTMLElement).innerText).toBe('Close');
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(dialog()).toBeNull());
  expect((root.activeElement as HTMLElement).innerText).toBe('More');
});

it('keeps the words where they could not be sent', async () => {
  let works = false;
  const { fetcher, find, text } = open(async () => (works ? done() : new Response('{}', { status: 503 })));

  await userEvent.keyboard('mine');
  await userEvent.click(find('.fill'));
  await vi.waitFor(() => expect(text('[role=alert]')).toContain('Not sent'));
  expect(find<HTMLTextAreaElement>('textarea').value).toBe('mine');

  works = true;
  await userEvent.click(find('.fill'));
  await vi.waitFor(() => expect(text('[role=status]')).toContain('Sent.'));
  expect(fetcher).toHaveBeenCalledTimes(2);
});

it('sends nothing without words, and nothing twice', async () => {
  const answer = Promise.withResolvers<Response>();
  const { fetcher, find } = open(() => answer.promise);

  await userEvent.click(find('.fill'));
  expect(fetcher).not.toHaveBeenCalled();
  await userEvent.fill(find('textarea'), 'mine');
  await userEvent.click(find('.fill'));
  find('.fill').click();

  expect(fetcher).toHaveBeenCalledTimes(1);
  answer.resolve(await done());
});

it('closes with Escape and with its button, and tells the page nothing of its keys', async () => {
  const { dialog, host } = open(done);
  const heard = vi.fn();
  host.addEventListener('keydown', heard);

  await userEvent.keyboard('a{Escape}');

  await vi.waitFor(() => expect(dialog()).toBeNull());
  expect(heard).not.toHaveBeenCalled();
});

it('writes an e-mail where the site says so', () => {
  const opened: string[] = [];
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    opened.push(this.href);
  });

  const { dialog } = open(done, 'mailto:help@shop.example');

  expect(opened).toEqual([
    'mailto:help@shop.example?subject=Report%20this%20picture&body=https%3A%2F%2Fpeel.example%2Fimages%2Fb0%2F0.png',
  ]);
  expect(dialog()).toBeNull();
  click.mockRestore();
});

it('is accessible', async () => {
  const { root } = open(done);

  const { violations } = await axe.run(root.querySelector('dialog') as HTMLElement);
  expect(violations).toEqual([]);
});
