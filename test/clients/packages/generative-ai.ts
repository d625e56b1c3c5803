/**
 * The SDK that Google has retired and other packages still use: the strictest stream reader in JavaScript. Its chats
 * keep only the text of a stream.
 */
import { GoogleGenerativeAI, type Part } from '@google/generative-ai';
import { GoogleAIFileManager } from '@google/generative-ai/server';
import { type Access, type Client, collect, picturesIn, versionOf } from '../client.ts';

const modelOf = ({ url, apiKey, model }: Access) =>
  new GoogleGenerativeAI(apiKey).getGenerativeModel({ model }, { baseUrl: url });

async function ask(access: Access, contents: string | Part[]) {
  const { response } = await modelOf(access).generateContent(contents);
  return picturesIn(response);
}

/** The events of a stream. The SDK's own collected response rejects separately when the stream fails. */
async function eventsOf({
  stream,
  response,
}: Awaited<ReturnType<ReturnType<typeof modelOf>['generateContentStream']>>) {
  const [events] = await Promise.all([collect(stream), response]);
  return events;
}

export const GENERATIVE_AI: Client = {
  name: `\`@google/generative-ai\` ${versionOf('@google/generative-ai')}`,
  generate: ask,
  edit: (access, text, data) => ask(access, [{ inlineData: { mimeType: 'image/png', data } }, { text }]),
  async turns(access, [first, second]) {
    const chat = modelOf(access).startChat();
    await chat.sendMessage(first);
    return picturesIn((await chat.sendMessage(second)).response);
  },
  async stream(access, prompt) {
    return picturesIn(...(await eventsOf(await modelOf(access).generateContentStream(prompt))));
  },
  async file(access, text, picture) {
    const manager = new GoogleAIFileManager(access.apiKey, { baseUrl: access.url });
    const { file } = await manager.uploadFile(Buffer.from(picture), { mimeType: 'image/png', displayName: 'a fox' });
    const fileData = { mimeType: file.mimeType, fileUri: file.uri };
    return ask(access, [{ fileData }, { text }]);
  },
};
