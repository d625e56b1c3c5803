/** Vercel's AI SDK. */
import { createGoogle } from '@ai-sdk/google';
import { type FilePart, generateImage, generateText, type ModelMessage, streamText, uploadFile } from 'ai';
import { type Access, type Client, collect, versionOf } from '../client.ts';

const connect = ({ url, apiKey }: Access) => createGoogle({ baseURL: `${url}/v1beta`, apiKey });
const user = (...content: Exclude<Extract<ModelMessage, { role: 'user' }>['content'], string>): ModelMessage => ({
  role: 'user',
  content,
});
const said = (text: string): ModelMessage => ({ role: 'user', content: text });
const filesOf = ({ files }: { files: readonly { base64: string }[] }) => files.map(({ base64 }) => base64);

/** The options that its documentation shows for image models. */
const drawing = (access: Access) => ({
  model: connect(access)(access.model),
  providerOptions: { google: { responseModalities: ['TEXT', 'IMAGE'] } },
  // The test expects a refusal, so retries would only take time.
  maxRetries: 0,
});
const ask = async (access: Access, messages: ModelMessage[]) => generateText({ ...drawing(access), messages });

async function askStreamed(access: Access, messages: ModelMessage[]) {
  // By default the SDK prints a failure and does not throw it.
  let failure: unknown;
  const result = streamText({
    ...drawing(access),
    messages,
    onError: ({ error }) => {
      failure = error;
    },
  });
  await collect(result.fullStream);
  if (failure !== undefined) throw failure;
  return { files: await result.files, messages: (await result.response).messages };
}

export const AI_SDK: Client = {
  name: `\`ai\` ${versionOf('ai')} with \`@ai-sdk/google\` ${versionOf('@ai-sdk/google')}`,
  generate: async (access, prompt) => filesOf(await ask(access, [said(prompt)])),
  async edit(access, text, data) {
    const picture: FilePart = { type: 'file', mediaType: 'image/png', data };
    return filesOf(await ask(access, [user(picture, { type: 'text', text })]));
  },
  async turns(access, [first, second]) {
    const { response } = await ask(access, [said(first)]);
    return filesOf(await ask(access, [said(first), ...response.messages, said(second)]));
  },
  stream: async (access, prompt) => filesOf(await askStreamed(access, [said(prompt)])),
  async streamedTurns(access, [first, second]) {
    const { messages } = await askStreamed(access, [said(first)]);
    return filesOf(await askStreamed(access, [said(first), ...messages, said(second)]));
  },
  async file(access, text, picture) {
    const { providerReference } = await uploadFile({ api: connect(access), data: picture, mediaType: 'image/png' });
    const part: FilePart = { type: 'file', mediaType: 'image/png', data: providerReference };
    return filesOf(await ask(access, [user(part, { type: 'text', text })]));
  },
  async several(access, prompt, n) {
    const { images } = await generateImage({ model: connect(access).image(access.model), prompt, n, maxRetries: 0 });
    return images.map(({ base64 }) => base64);
  },
  interact: (access, prompt) =>
    generateText({ model: connect(access).interactions(access.model), prompt, maxRetries: 0 }),
};
