/** A whole deployment with short heartbeats in front of the fake upstream, and the requests that reached it. */
import { CLIENT_KEY, OTHER_CLIENT_KEY } from '../client-keys.ts';
import { type Deployment, inFrontOfGoogle, startDeployment } from '../e2e/deployment.ts';
import type { RecordedRequest } from '../upstream/recorder.ts';
import { createFakeUpstream } from '../upstream/server.ts';
import type { Access } from './client.ts';

const MODEL = 'gemini-3.1-flash-image';
/** The shortest interval that the configuration allows. */
const HEARTBEAT_MS = 50;
/** Silence before an answer and between its events: several heartbeats. */
export const SLOW = '[[delay:180]] [[event-delay:80]]';
/** So small that the fake upstream records a request that contains the picture. */
export const SMALL = '[[size:40KB]]';

export interface Stage {
  access: Access;
  /** Each request with this key is a fresh take. */
  freshAccess: Access;
  /** Has the upstream answer requests that contain these words with this body. */
  answer(words: string, body: string): void;
  /** The upstream requests that contain these words, in order. */
  sentUp(words: string): RecordedRequest[];
  /** Releases the answers with `[[hold:NAME]]`. */
  release(name: string): void;
  close(): Promise<void>;
}

export async function createStage(): Promise<Stage> {
  const upstream = await createFakeUpstream();
  const peel: Deployment = await startDeployment({
    ...inFrontOfGoogle(upstream.url),
    CLIENT_KEYS: `dev:${CLIENT_KEY},fresh:${OTHER_CLIENT_KEY}:fresh`,
    STREAM_HEARTBEAT_MS: String(HEARTBEAT_MS),
    SITE_DAILY_BUDGET_USD: '1000',
    SITE_MONTHLY_BUDGET_USD: '10000',
    DEPLOYMENT_DAILY_BUDGET_USD: '1000',
  });
  const access = { url: peel.url, apiKey: CLIENT_KEY, model: MODEL };
  return {
    access,
    freshAccess: { ...access, apiKey: OTHER_CLIENT_KEY },
    answer: (promptIncludes, body) => upstream.script({ body }, { promptIncludes }),
    sentUp: (words) => upstream.requests.filter(({ body }) => body?.includes(words)),
    release: (name) => upstream.release(name),
    async close() {
      await peel.close();
      await upstream.close();
    },
  };
}
