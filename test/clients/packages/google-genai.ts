/** Google's own SDK, the newest of each major. */
import { GoogleGenAI as GoogleGenAIV1 } from 'genai-v1';
import { GoogleGenAI as GoogleGenAIV2 } from 'genai-v2';
import { type Content, createPartFromUri, GoogleGenAI as GoogleGenAIV3 } from 'genai-v3';
import { type Access, type Client, collect, type GeminiAnswer, picturesIn, type Two, versionOf } from '../client.ts';

// The majors differ in types that none of these calls uses.
type Sdk = typeof GoogleGenAIV3;
const MAJORS: readonly [packageName: 'genai-v1' | 'genai-v2' | 'genai-v3', Sdk][] = [
  ['genai-v3', GoogleGenAIV3],
  ['genai-v2', GoogleGenAIV2 as unknown as Sdk],
  ['genai-v1', GoogleGenAIV1 as unknown as Sdk],
];

function createClient(packageName: (typeof MAJORS)[number][0], GoogleGenAI: Sdk): Client {
  const connect = ({ url, apiKey }: Access) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
  const ask = async (access: Access, contents: string | Content[]) => {
    const answer = await connect(access).models.generateContent({ model: access.model, contents });
    return picturesIn(answer as GeminiAnswer);
  };
  const chat = (access: Access) => connect(access).chats.create({ model: access.model });
  return {
    name: `\`@google/genai\` ${versionOf(packageName)}`,
    generate: ask,
    edit: (access, text, data) =>
      ask(access, [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data } }, { text }] }]),
    async turns(access, [first, second]: Two) {
      const conversation = chat(access);
      await conversation.sendMessage({ message: first });
      return picturesIn((await conversation.sendMessage({ message: second })) as GeminiAnswer);
    },
    async stream(access, contents) {
      const stream = await connect(access).models.generateContentStream({ model: access.model, contents });
      return picturesIn(...((await collect(stream)) as GeminiAnswer[]));
    },
    async streamedTurns(access, [first, second]) {
      const conversation = chat(access);
      await collect(await conversation.sendMessageStream({ message: first }));
      const events = await collect(await conversation.sendMessageStream({ message: second }));
      return picturesIn(...(events as GeminiAnswer[]));
    },
    async file(access, text, picture) {
      const { files } = connect(access);
      const blob = new Blob([picture as Uint8Array<ArrayBuffer>], { type: 'image/png' });
      const { uri, mimeType } = await files.upload({ file: blob });
      const part = createPartFromUri(uri as string, mimeType as string);
      return ask(access, [{ role: 'user', parts: [part, { text }] }]);
    },
    interact: (access, input) => connect(access).interactions.create({ model: access.model, input }),
  };
}

export const GOOGLE_GENAI = MAJORS.map(([name, sdk]) => createClient(name, sdk));
