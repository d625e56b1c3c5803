/** LangChain's main package for Gemini. It has no file API, and it does not send back a picture of the model's turn. */
import { type AIMessage, type AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { type Access, type Client, collect, type GeminiPart, picturesOfParts, versionOf } from '../client.ts';

const connect = ({ url, apiKey, model }: Access) =>
  new ChatGoogleGenerativeAI({ model, apiKey, baseUrl: url, maxRetries: 0 });

const partsOf = ({ content }: AIMessage | AIMessageChunk): GeminiPart[] =>
  typeof content === 'string' ? [] : (content as GeminiPart[]);

export const LANGCHAIN: Client = {
  name: `\`@langchain/google-genai\` ${versionOf('@langchain/google-genai')}`,
  generate: async (access, prompt) => picturesOfParts(partsOf(await connect(access).invoke(prompt))),
  async edit(access, text, data) {
    const message = new HumanMessage({
      content: [
        { type: 'text', text },
        { type: 'image_url', image_url: `data:image/png;base64,${data}` },
      ],
    });
    return picturesOfParts(partsOf(await connect(access).invoke([message])));
  },
  async stream(access, prompt) {
    const chunks = await collect(await connect(access).stream(prompt));
    return picturesOfParts(chunks.flatMap(partsOf));
  },
};
