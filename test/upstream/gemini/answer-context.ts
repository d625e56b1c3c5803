/** What an answer is made from. */
import type { Dialect, FakeModel } from '../models.ts';
import type { Behaviour } from '../script.ts';
import type { FakeRequest } from './request-rules.ts';

export interface AnswerContext {
  /** Counts requests; makes each picture and `responseId` its own. */
  n: number;
  model: FakeModel;
  /** The id the caller used, which the answer repeats. */
  modelId: string;
  /** With the key, who signs. */
  dialect: Dialect;
  key: string;
  request: FakeRequest;
  behaviour: Behaviour;
}
