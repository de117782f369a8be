import { z } from 'zod';

/** Lines that an optimizer in another process may send (spec 17 §21). */
const candidate = z.record(z.string(), z.union([z.number(), z.string()]));
const id = z.int();

const answer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), protocol: z.literal(1), name: z.string() }),
  z.strictObject({
    type: z.literal('evaluate'),
    id,
    candidates: z.array(candidate).min(1).max(1000),
    from_day: z.int().min(0),
    days: z.int().min(1),
    costs: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('proposal'), id, candidates: z.array(candidate).min(1).max(8) }),
  z.strictObject({ type: z.literal('no_proposal'), id, reason: z.string() }),
]);

export type ExternalAnswer = z.infer<typeof answer>;
/** Values by parameter. */
export type ExternalCandidate = z.infer<typeof candidate>;

/** A line as a message, or what is wrong with it. */
export function readAnswer(line: string): ExternalAnswer | { error: string } {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return { error: 'the line is no JSON' };
  }
  const result = answer.safeParse(data);
  if (result.success) return result.data;
  return {
    error: result.error.issues
      .map(({ message, path }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
      .join('; '),
  };
}
