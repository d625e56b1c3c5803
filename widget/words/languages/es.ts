import type { Messages } from '../words.ts';

const messages: Messages = {};

export default messages;
