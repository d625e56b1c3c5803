import { describe, expect, it } from 'vitest';
import { isVerdict, verdictIn } from '../../worker/gemini/verdicts.ts';

describe('a verdict against a picture', () => {
  it.each([
    ...['SAFETY', 'IMAGE_SAFETY', 'PROHIBITED_CONTENT', 'IMAGE_PROHIBITED_CONTENT', 'BLOCKLIST', 'SPII'],
    ...[
      'safety',
      'Image-Safety',
      'image safety',
      'FINISH_REASON_SAFETY',
      'VIDEO_SAFETY',
      'content_filter',
      'contentFilter',
    ],
  ])('is %s', (reason) => {
    expect(isVerdict(reason)).toBe(true);
    expect(verdictIn({ candidates: [{ finish_reason: reason, index: 1 }] })).toEqual({ reason, index: 1 });
  });

  it.each([
    ...['STOP', 'stop', 'MAX_TOKENS', 'OTHER', 'IMAGE_OTHER', 'NO_IMAGE', 'RECITATION', 'IMAGE_RECITATION', 'LANGUAGE'],
    ...['FINISH_REASON_UNSPECIFIED', 'CONTINUATION', 'MALFORMED_FUNCTION_CALL', 'SOMETHING_NEW', ''],
  ])('is not %j', (reason) => {
    expect(verdictIn({ candidates: [{ finishReason: reason }] })).toBeUndefined();
  });

  it('is every reason for which a prompt is blocked', () => {
    expect(verdictIn({ promptFeedback: { blockReason: 'OTHER' } })).toEqual({ reason: 'OTHER' });
    expect(verdictIn({ promptFeedback: { blockReason: 'BLOCKED_REASON_UNSPECIFIED' } })).toBeUndefined();
  });
});
