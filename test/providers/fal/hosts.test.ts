import { describe, expect, it } from 'vitest';
import { FAL_MEDIA_HOSTS } from '../../../worker/providers/fal/entry.ts';
import { pictureAddress, queueAddress } from '../../../worker/providers/fal/hosts.ts';

describe('pictureAddress', () => {
  it.each([
    ['https://v3.fal.media/files/x.png', FAL_MEDIA_HOSTS, true],
    ['https://v3b.fal.media/files/x.png', FAL_MEDIA_HOSTS, true],
    ['https://fal.media/files/x.png', FAL_MEDIA_HOSTS, true],
    ['https://FAL.media/files/x.png', FAL_MEDIA_HOSTS, true],
    ['http://v3.fal.media/files/x.png', FAL_MEDIA_HOSTS, false],
    ['https://v3.fal.media:8443/x.png', FAL_MEDIA_HOSTS, false],
    ['https://xfal.media/x.png', FAL_MEDIA_HOSTS, false],
    ['https://v3.fal.media.evil.example/x.png', FAL_MEDIA_HOSTS, false],
    ['https://v3.fal.media@evil.example/x.png', FAL_MEDIA_HOSTS, false],
    ['https://evil.example/v3.fal.media', FAL_MEDIA_HOSTS, false],
    ['https://127.0.0.1/x.png', FAL_MEDIA_HOSTS, false],
    ['https://media.example/x.png', ['media.example'], true],
    ['https://v3.media.example/x.png', ['media.example'], false],
    ['https://media.example:8443/x.png', ['media.example:8443'], true],
    ['http://media.example/x.png', ['media.example'], false],
    ['http://127.0.0.1:4000/x.png', ['127.0.0.1:4000'], true],
    ['http://127.0.0.1:4000/x.png', ['127.0.0.1'], true],
    ['http://127.0.0.1:4000/x.png', ['127.0.0.1:4001'], false],
    ['ftp://127.0.0.1/x.png', ['127.0.0.1'], false],
    ['', FAL_MEDIA_HOSTS, false],
    [7, FAL_MEDIA_HOSTS, false],
  ])('%s at %s: %s', (url, hosts, allowed) => {
    expect(pictureAddress(url, hosts) !== undefined).toBe(allowed);
  });
});

describe('queueAddress', () => {
  it.each([
    ['https://queue.fal.run/fal-ai/x/requests/1/status', 'https://queue.fal.run', true],
    ['https://gateway.example/q/x/requests/1', 'https://gateway.example/q', true],
    ['https://queue.fal.run/fal-ai/x/requests/1', 'https://gateway.example/q', true],
    ['https://fal.run/fal-ai/x/requests/1', 'https://queue.fal.run', false],
    ['http://queue.fal.run/fal-ai/x/requests/1', 'https://queue.fal.run', false],
    ['https://queue.fal.run.evil.example/x', 'https://queue.fal.run', false],
    ['https://queue.fal.run@evil.example/x', 'https://queue.fal.run', false],
    ['/fal-ai/x/requests/1', 'https://queue.fal.run', false],
    [undefined, 'https://queue.fal.run', false],
  ])('%s of %s: %s', (url, queueUrl, allowed) => {
    expect(queueAddress(url, queueUrl) !== undefined).toBe(allowed);
  });
});
