/** A worker that the page asks. */
import type { SiteFacts } from '../../../worker/protocol.ts';

export const FACTS: SiteFacts = {
  site: 'default',
  models: [
    {
      id: 'gemini-nano-banana-2.1',
      displayName: 'Nano Banana 2.1',
      sizes: ['1K', '2K'],
      aspectRatios: ['1:1', '3:4'],
      maxReferences: 14,
      grounding: [],
      thinking: [],
      expectedMs: {},
    },
  ],
  defaultModel: 'gemini-nano-banana-2.1',
  promptMode: 'free',
  slots: [],
  presets: [],
  ideas: [],
  wall: [],
  actions: [],
  limits: { perMinute: 3, perDay: 20 },
  paused: false,
  proof: { kind: 'none', nonce: '' },
};

/** Gemini's error envelope, as the worker sends it. */
export const failure = (code: number, reason: string): Response => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'peel' }];
  return Response.json(
    { error: { code, status: 'STATUS', message: `Message of ${reason}.`, details } },
    { status: code },
  );
};

export interface Answers {
  site?: (id: string) => Response | Promise<Response>;
  demo?: boolean;
}

export const workerWith =
  ({ site = () => Response.json(FACTS), demo = true }: Answers = {}): typeof fetch =>
  async (input) => {
    const { pathname, searchParams } = new URL(String(input), location.origin);
    if (pathname === '/peel/site') return site(searchParams.get('site') ?? '');
    return Response.json({ status: 'ok', demo, providers: ['demo'] });
  };
