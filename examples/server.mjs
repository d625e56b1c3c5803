/**
 * A server, a script or a newsletter tool in Node, with Google's own SDK. It prints the address of the kept picture.
 *
 *     npm install @google/genai
 *     PEEL_URL=https://YOUR-WORKER PEEL_KEY=pk_… node server.mjs "A fox reading a newspaper"
 *
 * The key is a client key of your worker, not Google's: make one on the desk, under Keys. It stays on the server.
 */
import { GoogleGenAI } from '@google/genai';

const { PEEL_URL, PEEL_KEY } = process.env;
const ai = new GoogleGenAI({
  apiKey: PEEL_KEY,
  // With `link` the answer has the picture's address in place of its bytes.
  httpOptions: { baseUrl: PEEL_URL, headers: { 'Peel-Images': 'link' } },
});

try {
  const { candidates, promptFeedback } = await ai.models.generateContent({
    model: 'gemini-nano-banana-2.1',
    contents: process.argv[2],
  });
  const parts = candidates?.[0]?.content?.parts ?? [];
  const picture = parts.find(({ fileData }) => fileData);
  if (!picture) throw new Error(`No picture: ${promptFeedback?.blockReason ?? candidates?.[0]?.finishReason}`);
  console.log(picture.fileData.fileUri);
} catch (error) {
  // Peel's refusals say what is wrong and, where waiting helps, how long. The same request again is never paid twice.
  console.error(error.message);
  process.exitCode = 1;
}
