import type { CatalogModel } from '../catalog/model.ts';
import type { InputFacts } from './parse-inputs.ts';
import type { ReferenceContext } from './parse-references.ts';

/** What the rules of a request need besides its body. */
export interface RequestContext extends ReferenceContext {
  model: CatalogModel;
  /** The strings that were lifted out of the body, which names them by placeholders. */
  inputs: readonly InputFacts[];
  caller: 'visitor' | 'client';
  /** Whether the site allows `googleSearch`. */
  grounding: boolean;
}
