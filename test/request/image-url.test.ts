import { describe, expect, it } from 'vitest';
import { pictureAddress } from '../../worker/answers/delivery.ts';
import { IMAGE_MIME_TYPES } from '../../worker/request/image-type.ts';
import { isPictureId, parsePictureAddress } from '../../worker/request/image-url.ts';

const ORIGIN = 'https://peel.example';
const ID = `b${'0'.repeat(31)}f`;

describe('the address of a picture of ours', () => {
  it.each(IMAGE_MIME_TYPES)('reads back as what was linked: %s', (mimeType) => {
    for (const n of [0, 7, 63, 999]) {
      expect(parsePictureAddress(pictureAddress(ORIGIN, ID, n, mimeType), ORIGIN)).toEqual({ id: ID, n, mimeType });
    }
  });

  it('has the port of a worker that runs at home', () => {
    const home = 'http://127.0.0.1:8787';

    expect(parsePictureAddress(`${home}/images/${ID}/0.png`, home)).toMatchObject({ id: ID });
    expect(parsePictureAddress(`http://127.0.0.1:87870/images/${ID}/0.png`, home)).toBeUndefined();
  });

  it.each([
    `/images/${ID}/0.png`,
    `images/${ID}/0.png`,
    `//peel.example/images/${ID}/0.png`,
    `http://peel.example/images/${ID}/0.png`,
    `HTTPS://peel.example/images/${ID}/0.png`,
    `https://PEEL.example/images/${ID}/0.png`,
    `https://peel.example:443/images/${ID}/0.png`,
    `https://peel.example./images/${ID}/0.png`,
    `https://peel.example.evil.example/images/${ID}/0.png`,
    `https://peel.example@evil.example/images/${ID}/0.png`,
    `https://evil.example/https://peel.example/images/${ID}/0.png`,
    `https://peel.example/images/${ID}/0.png?w=320`,
    `https://peel.example/images/${ID}/0.png?download`,
    `https://peel.example/images/${ID}/0.png?`,
    `https://peel.example/images/${ID}/0.png#x`,
    `https://peel.example/images/${ID}/0.png/`,
    `https://peel.example/images/${ID}/0.png\n`,
    ` https://peel.example/images/${ID}/0.png`,
    `https://peel.example/images//${ID}/0.png`,
    `https://peel.example/images/../images/${ID}/0.png`,
    `https://peel.example/images/${ID}/00.png`,
    `https://peel.example/images/${ID}/-1.png`,
    `https://peel.example/images/${ID}/1000.png`,
    `https://peel.example/images/${ID}/0.PNG`,
    `https://peel.example/images/${ID}/0.gif`,
    `https://peel.example/images/${ID}/0.jpeg`,
    `https://peel.example/images/${ID}/0`,
    `https://peel.example/images/${ID}/suggestion.html`,
    `https://peel.example/images/${ID.toUpperCase()}/0.png`,
    `https://peel.example/images/${ID.slice(1)}/0.png`,
    `https://peel.example/images/d${ID.slice(1)}/0.png`,
    `https://peel.example/images/${ID}%2F0.png`,
    `https://peel.example/v1beta/files/${ID}`,
    'https://peel.example/',
    'https://peel.example',
    '',
  ])('is exact, not %j', (uri) => {
    expect(parsePictureAddress(uri, ORIGIN)).toBeUndefined();
  });
});

it.each(['', 'b', `b${'0'.repeat(31)}`, `b${'0'.repeat(33)}`, `b${'g'.repeat(32)}`, `${ID}\n`])(
  'a picture id is not %j',
  (text) => {
    expect(isPictureId(text)).toBe(false);
  },
);
