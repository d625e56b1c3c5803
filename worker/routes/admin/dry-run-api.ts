import * as v from 'valibot';
import type { ApiRoute } from './api-route.ts';
import { DRY_RUN_REQUEST } from './requests.ts';

export const DRY_RUN_API: readonly ApiRoute[] = [
  {
    ...{ method: 'post', path: '/peel/admin/api/dry-run', body: DRY_RUN_REQUEST },
    summary: 'Would this request be allowed, and at what price? Nothing goes up, and nothing is counted.',
    answer: v.strictObject({
      allowed: v.boolean(),
      /** The first rule that stops it, with the status and the message that the caller would get. */
      ...{ reason: v.exactOptional(v.string()), status: v.exactOptional(v.number()) },
      message: v.exactOptional(v.string()),
      /** The field of the request that breaks the rule, or `model` or `origin` of this one. */
      ...{ field: v.exactOptional(v.string()), rule: v.exactOptional(v.string()) },
      retryAfterSeconds: v.exactOptional(v.number()),
      /** The answer is there already and costs nothing. */
      hit: v.exactOptional(v.boolean()),
      ...{ model: v.exactOptional(v.string()), size: v.exactOptional(v.string()) },
      /** Who would be asked first, and all who may be asked, in their order. */
      provider: v.exactOptional(v.string()),
      providers: v.exactOptional(v.array(v.string())),
      /** What it would hold, in micro-dollars. */
      worstMicros: v.exactOptional(v.number()),
      /** What the picture alone costs at the provider that is asked first. */
      pictureMicros: v.exactOptional(v.number()),
    }),
  },
];
