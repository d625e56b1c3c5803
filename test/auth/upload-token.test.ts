import { describe, expect, it } from 'vitest';
import { seal } from '../../worker/auth/sealed-token.ts';
import { issueUploadToken, readUploadToken, UPLOAD_SECONDS } from '../../worker/auth/upload-token.ts';

const NOW = 1_790_000_000;
const PASS = { site: 'default', maker: 'client-dev', id: '4'.repeat(32) };
const [NEW, OLD] = ['new secret', 'old secret'];

describe('the token of an upload', () => {
  it('permits what it was issued for, for a day', async () => {
    const token = await issueUploadToken([NEW], PASS, NOW);

    expect(token).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(await readUploadToken([NEW], token, NOW + UPLOAD_SECONDS - 1)).toEqual(PASS);
    expect(await readUploadToken([NEW], token, NOW + UPLOAD_SECONDS)).toBeUndefined();
  });

  it('of the secret before is good while secrets rotate', async () => {
    const token = await issueUploadToken([OLD], PASS, NOW);

    expect(await readUploadToken([NEW, OLD], token, NOW)).toEqual(PASS);
    expect(await readUploadToken([NEW], token, NOW)).toBeUndefined();
  });

  it('is no other token, and no other token is one', async () => {
    const fields = [PASS.site, PASS.maker, PASS.id, String(NOW + 60)];
    const ticket = await seal([NEW], { purpose: 'ticket', boundTo: [] }, fields);
    const short = await seal([NEW], { purpose: 'upload', boundTo: [] }, fields.slice(1));

    for (const token of [ticket, short, '', 'v1.a.b', `${ticket}x`]) {
      expect(await readUploadToken([NEW], token, NOW)).toBeUndefined();
    }
  });

  it('with one letter changed permits nothing', async () => {
    const token = await issueUploadToken([NEW], PASS, NOW);

    for (let at = 0; at < token.length; at += 1) {
      const letter = token[at] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      expect(await readUploadToken([NEW], changed, NOW), `letter ${at}`).toBeUndefined();
    }
  });
});
