import type { Pricing } from '../pricing/pricing.ts';
import { type Failure, fail, type Result, succeed } from '../shared/failure.ts';
import { type FormContext, parseForm } from './parse-form.ts';

/** A request of a template as it would go up. For its owner alone. */
export interface Expansion {
  /** Canonical model id. */
  model: string;
  systemInstruction?: string;
  /** In the order in which they go up. A picture is named by its id: a digest of the template's, or that of a file. */
  parts: ({ text: string } | { picture: string; of: 'template' | 'visitor' })[];
  /** The most that the request can cost, in micro-dollars. */
  worstMicros: number;
}

/**
 * Fills a template in and says what it comes to. Nothing is looked up and nothing goes up, so the template need not be
 * saved.
 *
 * @param slots As a visitor would send them.
 * @returns Fails as a visitor's request does, with the path of its field beside `slots`, or with `PRICE_UNKNOWN`.
 */
export function expandForOwner(
  slots: unknown,
  context: Omit<FormContext, 'asker'>,
  { worst }: Pick<Pricing, 'worst'>,
): Result<Expansion> {
  const parsed = parseForm({ contents: [{ parts: [{ peelTemplate: { slots } }] }] }, context);
  if (!parsed.ok) return fail(besideSlots(parsed.failure));
  const { request, references } = parsed.value;
  const worstMicros = worst(request, context.model);
  if (worstMicros === undefined) return fail({ reason: 'PRICE_UNKNOWN', model: context.model.id });
  const parts = request.turns
    .flatMap((turn) => turn.parts)
    .map((part): Expansion['parts'][number] => {
      if (part.kind === 'text') return { text: part.text };
      const { kind, id } = references[part.input]!;
      return { picture: id, of: kind === 'template' ? 'template' : 'visitor' };
    });
  const { systemInstruction } = context.template;
  return succeed({
    ...{ model: request.model, parts, worstMicros },
    ...(systemInstruction !== undefined && { systemInstruction }),
  });
}

const FORM_PATH = 'contents[0].parts[0].peelTemplate.';

/** The owner sends `slots` alone. */
const besideSlots = (failure: Failure): Failure =>
  'field' in failure && failure.field?.startsWith(FORM_PATH)
    ? { ...failure, field: failure.field.slice(FORM_PATH.length) }
    : failure;
