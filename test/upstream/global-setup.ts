import type { TestProject } from 'vitest/node';
import { createFakeUpstream } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the fake upstream listens, such as `http://127.0.0.1:41234`, without a trailing slash. */
    upstreamUrl: string;
  }
}

/** Starts one fake upstream for the whole run. Tests choose its answers with words in the prompt or over `/__control`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const upstream = await createFakeUpstream();
  project.provide('upstreamUrl', upstream.url);
  return () => upstream.close();
}
