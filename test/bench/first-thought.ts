import type { RecordedRequest } from '../upstream/recorder.ts';
import { exchange } from './load.ts';
import { bodyOf, newPrompt } from './payloads.ts';
import { findRow, type Stage, startProgram } from './rows.ts';

/** Only the events before the first picture: text and thoughts pass at once, pictures when they are stored. */
const THOUGHTS = 2;

/**
 * Measures how long thoughts take through Peel to a caller of server-sent events. Upstream pauses 1 s between events.
 *
 * @returns The longest time in milliseconds, from upstream's write to its socket. Both ends use one clock.
 */
export async function measureFirstThought(stage: Stage): Promise<number> {
  const row = findRow('miss-inline');
  const server = await startProgram(row.program, stage);
  const prompt = newPrompt('[[answer:thoughts]] [[event-delay:1000]] [[size:2MB]]');
  const arrivedAt: number[] = [];
  let text = '';
  try {
    await exchange(
      {
        url: `${server.url}${row.path.replace(':generateContent', ':streamGenerateContent')}?alt=sse`,
        headers: row.headers,
        body: bodyOf(prompt),
      },
      (chunk) => {
        if (arrivedAt.length === THOUGHTS) return;
        text += chunk;
        // An event counts once it is complete.
        while (text.split('\r\n\r\n').length - 1 > arrivedAt.length)
          arrivedAt.push(performance.timeOrigin + performance.now());
      },
    );
    const includes = encodeURIComponent(prompt.slice(0, prompt.indexOf(' [[')));
    const recorded = await (await fetch(`${stage.upstream.url}/__requests?includes=${includes}`)).json();
    const sentAt = (recorded as RecordedRequest[])[0]?.unitsSentAt ?? [];
    if (sentAt.length < THOUGHTS || arrivedAt.length < THOUGHTS) throw new Error('Not every thought was seen.');
    return Math.max(...arrivedAt.slice(0, THOUGHTS).map((at, i) => at - (sentAt[i] as number)));
  } finally {
    await server.stop();
  }
}
