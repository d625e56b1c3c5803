/** A process of identical.ts: sends its share of a crowd at once, in all forms in turn. */
import { ask, type Heard, WAYS, type Way } from '../ask.ts';

export interface Errand {
  url: string;
  prompt: string;
  requests: number;
}

export type Findings = Heard[];

const { url, prompt, requests } = JSON.parse(process.argv[2] as string) as Errand;
const findings: Findings = await Promise.all(
  Array.from({ length: requests }, (_, i) => ask(url, prompt, WAYS[i % WAYS.length] as Way)),
);
process.send?.(findings);
process.disconnect();
