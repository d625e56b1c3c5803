/** Google's SDK as a page has it, both versions, from its build for the web. */
import { GoogleGenAI as GoogleGenAIV2 } from '@google/genai/web';
import { GoogleGenAI as GoogleGenAIV3 } from 'genai-v3/web';

Object.assign(globalThis, { '2.18': GoogleGenAIV2, '3.1': GoogleGenAIV3 });
