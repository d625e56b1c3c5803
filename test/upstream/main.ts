/** `node test/upstream/main.ts [port]`: the fake upstream in a process of its own. Prints its URL on the first line. */
import { createFakeUpstream } from './server.ts';

const upstream = await createFakeUpstream({ port: Number(process.argv[2] ?? 0) });
console.log(upstream.url);
