/**
 * The keys that the fake upstream accepts. They have the shape of real keys, so that tests cover what redaction must
 * catch. The file uses no Node API, so that tests inside workerd can import it.
 */

/** 39 characters, as Google's are. Two, because a pool with one key proves nothing. */
export const FAKE_GOOGLE_KEYS = [
  'AIzaSyFakeUpstreamKeyNumberOne-00000001',
  'AIzaSyFakeUpstreamKeyNumberTwo_00000002',
] as const;

export const FAKE_APIYI_KEYS = [
  'sk-FakeUpstreamApiyiKeyNumberOne000000000000000001',
  'sk-FakeUpstreamApiyiKeyNumberTwo000000000000000002',
] as const;

/** An id and a secret, as fal's are. */
export const FAKE_FAL_KEYS = [
  '0f0e0d0c-fa15-4bad-8bad-00000000fa01:fa1efa1efa1efa1efa1efa1efa1efa01',
  '0f0e0d0c-fa15-4bad-8bad-00000000fa02:fa1efa1efa1efa1efa1efa1efa1efa02',
] as const;

/** Shorthand for the many tests that need one key. */
export const FAKE_GOOGLE_KEY: string = FAKE_GOOGLE_KEYS[0];
export const FAKE_APIYI_KEY: string = FAKE_APIYI_KEYS[0];
export const FAKE_FAL_KEY: string = FAKE_FAL_KEYS[0];
