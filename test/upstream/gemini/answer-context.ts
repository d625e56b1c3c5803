/** The inputs of an answer. */
import type { Dialect, FakeModel } from '../models.ts';
import type { Behaviour } from '../script.ts';
import type { FakeRequest } from './request-rules.ts';

export interface AnswerContext {
  /** Number of the request; makes each picture and `responseId` unique. */
  n: number;
  model: FakeModel;
  /** The id that the caller used; the answer repeats it. */
  modelId: string;
  /** Together with the key it determines the signature. */
  dialect: Dialect;
  key: string;
  request: FakeRequest;
  behaviour: Behaviour;
}
