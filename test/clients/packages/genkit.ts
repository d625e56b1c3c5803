/** Google's Genkit. It has no file API. */
import { googleAI } from '@genkit-ai/google-genai';
import { type GenerateOptions, genkit, type MessageData } from 'genkit';
import { type Access, type Client, collect, versionOf } from '../client.ts';

const connect = ({ url, apiKey }: Access) => genkit({ plugins: [googleAI({ apiKey, baseUrl: url })] });

const drawing = ({ model }: Access): GenerateOptions => ({
  model: googleAI.model(model),
  config: { responseModalities: ['TEXT', 'IMAGE'] },
});

/** Pictures come as data URLs. */
const picturesOf = (message: MessageData | undefined) =>
  (message?.content ?? []).flatMap(({ media }) => (media ? [media.url.replace(/^data:[^,]*,/, '')] : []));

async function askStreamed(access: Access, options: Pick<GenerateOptions, 'prompt' | 'messages'>) {
  const { stream, response } = connect(access).generateStream({ ...drawing(access), ...options });
  const [, answer] = await Promise.all([collect(stream), response]);
  return answer;
}

export const GENKIT: Client = {
  name: `\`genkit\` ${versionOf('genkit')} with \`@genkit-ai/google-genai\``,
  async generate(access, prompt) {
    return picturesOf((await connect(access).generate({ ...drawing(access), prompt })).message);
  },
  async edit(access, text, data) {
    const media = { url: `data:image/png;base64,${data}`, contentType: 'image/png' };
    return picturesOf((await connect(access).generate({ ...drawing(access), prompt: [{ media }, { text }] })).message);
  },
  async turns(access, [first, second]) {
    const ai = connect(access);
    const { messages } = await ai.generate({ ...drawing(access), prompt: first });
    return picturesOf((await ai.generate({ ...drawing(access), messages, prompt: second })).message);
  },
  stream: async (access, prompt) => picturesOf((await askStreamed(access, { prompt })).message),
  async streamedTurns(access, [first, second]) {
    const { messages } = await askStreamed(access, { prompt: first });
    return picturesOf((await askStreamed(access, { messages, prompt: second })).message);
  },
};
