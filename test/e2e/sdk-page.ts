/** Gives a page both versions of Google's SDK, in their web builds. */
import { GoogleGenAI as GoogleGenAIV2 } from '@google/genai/web';
import { GoogleGenAI as GoogleGenAIV3 } from 'genai-v3/web';

Object.assign(globalThis, { '2.18': GoogleGenAIV2, '3.1': GoogleGenAIV3 });
