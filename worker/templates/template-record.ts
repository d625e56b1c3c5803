/** The owner's template as data, checked when it is written and when it is read. */
import * as v from 'valibot';

const text = (max: number) => {
  const rule = `must be text of 1 to ${max} characters`;
  return v.pipe(v.string(rule), v.nonEmpty(rule), v.maxLength(max, rule));
};

export const TEMPLATE_RECORD = v.strictObject({
  prompt: text(16_000),
  systemInstruction: v.exactOptional(text(8_000)),
});
export type TemplateRecord = v.InferOutput<typeof TEMPLATE_RECORD>;
