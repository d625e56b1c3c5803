import { afterEach, describe, expect, it, vi } from 'vitest';
import { filesOf, pickFiles } from '../../../widget/references/incoming.ts';

const PICTURE = new File(['x'], 'fox.png', { type: 'image/png' });

function transfer(data: Record<string, string>, ...files: File[]): DataTransfer {
  const made = new DataTransfer();
  for (const file of files) made.items.add(file);
  for (const [type, text] of Object.entries(data)) made.setData(type, text);
  return made;
}

describe('filesOf', () => {
  it.each([
    ['files from a folder', {}, [PICTURE], { files: [PICTURE] }],
    ['a copied picture', { 'text/html': '<img src="https://a.example/fox.png">' }, [PICTURE], { files: [PICTURE] }],
    ['a file and its name', { 'text/plain': 'fox.png' }, [PICTURE], { files: [PICTURE] }],
    [
      'words of an office program, not their picture',
      { 'text/plain': 'a fox', 'text/html': '<b>a fox</b>' },
      [PICTURE],
      { files: [] },
    ],
    ['plain words', { 'text/plain': 'a fox' }, [], { files: [] }],
    [
      'a picture dragged from a page',
      {
        'text/uri-list': 'https://a.example/?a=1&b=2',
        'text/html': '<meta charset="utf-8"><img alt="" src="https://a.example/?a=1&amp;b=2">',
      },
      [],
      { files: [], url: 'https://a.example/?a=1&b=2' },
    ],
    [
      'the picture of a linked picture',
      {
        'text/uri-list': 'https://a.example/page',
        'text/html': '<a href="/page"><img src=https://a.example/fox.png></a>',
      },
      [],
      { files: [], url: 'https://a.example/fox.png' },
    ],
    [
      'no link',
      { 'text/uri-list': 'https://a.example/', 'text/html': '<a href="https://a.example/">A</a>' },
      [],
      { files: [] },
    ],
    [
      'an address alone',
      { 'text/uri-list': '# a comment\r\nhttps://a.example/fox.png\r\nhttps://a.example/2' },
      [],
      { files: [], url: 'https://a.example/fox.png' },
    ],
  ])('takes %s', (_, data, files, expected) => {
    expect(filesOf(transfer(data, ...files))).toEqual(expected);
  });
});

describe('pickFiles', () => {
  afterEach(() => vi.restoreAllMocks());

  /** The dialog cannot open in a test: the input that would open it. */
  function opened(): { input: HTMLInputElement } {
    const seen = {} as { input: HTMLInputElement };
    vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementation(function (this: HTMLInputElement) {
      seen.input = this;
    });
    return seen;
  }

  it('asks for pictures and gives the chosen ones, with nothing left in the page', async () => {
    const seen = opened();

    const picked = pickFiles({ multiple: true, capture: false });
    seen.input.files = transfer({}, PICTURE, PICTURE).files;
    seen.input.dispatchEvent(new Event('change'));

    expect(await picked).toHaveLength(2);
    expect(seen.input).toMatchObject({ type: 'file', accept: 'image/*', multiple: true, isConnected: false });
    expect(seen.input.hasAttribute('capture')).toBe(false);
  });

  it('asks for the camera behind the phone', () => {
    const seen = opened();

    void pickFiles({ multiple: false, capture: true });

    expect(seen.input.getAttribute('capture')).toBe('environment');
  });

  it('gives nothing when the visitor cancels', async () => {
    const seen = opened();

    const picked = pickFiles({ multiple: true, capture: false });
    seen.input.dispatchEvent(new Event('cancel'));

    expect(await picked).toEqual([]);
  });
});
