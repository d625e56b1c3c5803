/** Pictures for the owner's wall, and for visitors to add: drawn by the demo itself. */
import type { WallPicture } from '../../worker/protocol.ts';
import type { Wall } from './scene.ts';

const MODEL = 'gemini-3.1-flash-image';

const PICTURES = [
  ['16:9', 'Tea fields on a hillside at dusk'],
  ['3:4', 'A heron in the rain at dawn'],
  ['1:1', 'Three pears at noon'],
  ['2:3', 'A window at night, one candle'],
  ['4:3', 'Bees at work in the morning'],
  ['3:2', 'The sea under the moon at midnight'],
  ['4:5', 'Lavender in the evening'],
] as const;

/** @param origin A worker with the demo provider. */
export async function drawWall(origin: string, clientKey: string): Promise<Wall> {
  const drawn = await Promise.all(PICTURES.map(([ratio, prompt]) => draw(origin, clientKey, ratio, prompt)));
  return { pictures: drawn.map(({ picture }) => picture), files: drawn.map(({ file }) => file) };
}

interface Answer {
  candidates?: { content: { parts: { fileData?: { mimeType: string; fileUri: string } }[] } }[];
}

async function draw(origin: string, clientKey: string, aspectRatio: string, prompt: string) {
  const response = await fetch(`${origin}/v1beta/models/${MODEL}:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': clientKey, 'Content-Type': 'application/json', 'Peel-Images': 'link' },
    body: JSON.stringify({
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio, imageSize: '512' } },
    }),
  });
  const answer = (await response.json()) as Answer;
  const fileData = answer.candidates?.[0]?.content.parts.find((part) => part.fileData)?.fileData;
  if (!fileData) throw new Error(`No picture for the wall: ${JSON.stringify(answer).slice(0, 300)}`);
  const bytes = Buffer.from(await (await fetch(fileData.fileUri)).arrayBuffer());
  const [width = 1, height = 1] = aspectRatio.split(':').map(Number);
  const picture: WallPicture = { image: fileData.fileUri, prompt, width: width * 100, height: height * 100 };
  return { picture, file: { name: `${prompt}.png`, mimeType: fileData.mimeType, buffer: bytes } };
}
