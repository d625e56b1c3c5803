/** Bodies as other clients write them, verbatim. None is refused, and equal requests get the same answer. */
import { describe, expect, it } from 'vitest';
import { CLIENT_KEY } from '../../client-keys.ts';
import { createTestWorker, newPrompt } from '../../support.ts';

const MODEL = 'gemini-3.1-flash-image';
const worker = createTestWorker();

/** @param prompt A JSON string. */
const BODIES: Record<string, (prompt: string) => string> = {
  'Google’s SDK': (prompt) => `{"contents":[{"parts":[{"text":${prompt}}],"role":"user"}]}`,
  LangChain: (prompt) =>
    `{"generationConfig":{"stopSequences":[]},"safetySettings":[],"contents":[{"role":"user","parts":[{"text":${prompt}}]}]}`,
  'the AI SDK': (prompt) =>
    `{"generationConfig":{"presencePenalty":0,"frequencyPenalty":0,"responseLogprobs":false,"responseModalities":["TEXT","IMAGE"]},"contents":[{"role":"user","parts":[{"text":${prompt}}]}],"toolConfig":{}}`,
  'a client of Google’s proto': (prompt) =>
    `{"model":"models/${MODEL}","contents":[{"role":"","parts":[{"text":${prompt},"videoMetadata":null,"partMetadata":{}}]}],"tools":[{}],"cachedContent":"","generation_config":{"candidate_count":0,"stop_sequences":[],"top_k":0,"media_resolution":"MEDIA_RESOLUTION_UNSPECIFIED"}}`,
  'AI Studio in spring 2025': (prompt) => `{
    "contents": [ { "role": "user", "parts": [ { "text": ${prompt} }, ] }, ],
    "generationConfig": { "responseModalities": ["image", "text", ], "responseMimeType": "text/plain", },
}`,
  'AI Studio in autumn 2025': (prompt) => `{
    "contents": [ { "role": "user", "parts": [ { "text": ${prompt} }, ] }, ],
    "generationConfig": { "responseModalities": ["IMAGE", "TEXT", ], "imageConfig": { "image_size": "1K" }, },
}`,
  'AI Studio in 2026': (prompt) => `{
    "contents": [ { "role": "user", "parts": [ { "text": ${prompt} } ] } ],
    "generationConfig": { "responseModalities": ["IMAGE", "TEXT"], "thinkingConfig": { "thinkingLevel": "MINIMAL" },
      "imageConfig": { "aspectRatio": "", "imageSize": "1K", "personGeneration": "" } }
}`,
  'the documentation of mid-2026': (prompt) =>
    `{"contents":[{"parts":[{"text":${prompt}}]}],"generationConfig":{"responseFormat":{"image":{"imageSize":"1K"}}}}`,
};

const prompt = JSON.stringify(JSON.stringify(newPrompt('[[size:tiny]]')));

describe.each(Object.entries(BODIES))('a body of %s', (_, write) => {
  it('is taken, with its key in the address and the colon escaped, and asks for the same picture', async () => {
    const first = await worker.ask(`${MODEL}:generateContent`, (BODIES['Google’s SDK'] as typeof write)(prompt));

    const answer = await worker.fetch(`/v1beta/models/${MODEL}%3AstreamGenerateContent?key=${CLIENT_KEY}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: write(prompt),
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('Cache-Status')).toBe('peel; hit');
    expect(await answer.json()).toHaveLength(1);
    await first.body?.cancel();
  });
});
