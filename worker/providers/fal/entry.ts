import type { ProviderEntry } from '../provider-entry.ts';

/** An exact name and a suffix: fal renames its media hosts from time to time (v2, v3, v3b). */
export const FAL_MEDIA_HOSTS: readonly string[] = ['fal.media', '.fal.media'];
const FAL_BASE_URL = 'https://fal.run';
export const FAL_QUEUE_BASE_URL = 'https://queue.fal.run';

export const fal: ProviderEntry = {
  baseUrl: FAL_BASE_URL,
  readSettings: (read, baseUrl) => {
    // If only `FAL_BASE_URL` is changed, the queue is off: that gateway's key must not go to fal's own queue.
    const usual = baseUrl === FAL_BASE_URL ? FAL_QUEUE_BASE_URL : undefined;
    const queueUrl = read.baseUrl('FAL_QUEUE_BASE_URL') ?? usual;
    const mediaHosts = read.hosts('FAL_MEDIA_HOSTS') ?? FAL_MEDIA_HOSTS;
    // fal charges by the picture, or by tokens if its price list says so.
    return { billing: 'per-token', fal: { ...(queueUrl !== undefined && { queueUrl }), mediaHosts } };
  },
  warningsOf: ({ baseUrl, fal: { queueUrl, mediaHosts } = { mediaHosts: FAL_MEDIA_HOSTS } }) => {
    const calledAt = queueUrl ?? baseUrl;
    const isUsual = calledAt === FAL_BASE_URL || calledAt === FAL_QUEUE_BASE_URL;
    return [
      ...(isUsual ? [] : [`fal is called at ${new URL(calledAt).host}`]),
      ...(mediaHosts === FAL_MEDIA_HOSTS ? [] : [`fal's pictures come from ${mediaHosts.join(', ')}`]),
    ];
  },
};
