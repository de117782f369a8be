import { z } from 'zod';

const weight = z.number().min(0);
const positive = z.number().positive();
const count = z.int().min(1);
const totals = z.array(weight).min(2);

/** What a synthetic list is made from (spec 13 §15). Money is cents. */
export const synthesisSchema = z
  .strictObject({
    seed: z.union([z.int().min(0), z.bigint()]),
    days: count,
    ticks_per_day: count,
    payments_per_day: z.number().min(0),
    profile: z
      .array(weight)
      .refine((weights) => weights.some((one) => one > 0), { error: 'at least one must be above 0' })
      .default([1]),
    banks: z
      .strictObject({
        names: z.array(z.string().min(1)).min(2).optional(),
        count: z.int().min(2).max(100_000).optional(),
        zipf: z.number().optional(),
        sizes: z.array(positive).min(2).optional(),
      })
      .refine(({ count: number, names }) => (names === undefined) !== (number === undefined), {
        error: 'either names or count is needed',
      })
      .refine(({ sizes, zipf }) => sizes === undefined || zipf === undefined, { error: 'sizes and zipf exclude each other' }),
    value_matrix: z.array(z.array(weight)).optional(),
    row_totals: totals.optional(),
    column_totals: totals.optional(),
    amounts: z.strictObject({
      median: positive,
      sigma: z.number().min(0),
      tail: z
        .strictObject({ share: z.number().min(0).max(1), threshold: positive, alpha: positive })
        .default({ share: 0, threshold: 1, alpha: 1 }),
    }),
  })
  .superRefine(({ banks, column_totals: columns, row_totals: rows, value_matrix: matrix }, context) => {
    const fail = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const number = banks.names?.length ?? banks.count!;
    if (new Set(banks.names).size < (banks.names?.length ?? 0)) fail('banks', 'a name stands twice');
    if (banks.sizes !== undefined && banks.sizes.length !== number) fail('banks', `sizes must be ${number}, one for each bank`);
    if ((rows === undefined) !== (columns === undefined)) fail('row_totals', 'row_totals and column_totals go together');
    if (matrix !== undefined && rows !== undefined) fail('value_matrix', 'value_matrix and totals exclude each other');
    if (matrix !== undefined && (matrix.length !== number || matrix.some((row) => row.length !== number)))
      fail('value_matrix', `must have ${number} rows of ${number} numbers`);
    if (matrix !== undefined && !matrix.some((row, i) => row.some((value, j) => i !== j && value > 0)))
      fail('value_matrix', 'at least one pair of different banks must have a value above 0');
    for (const [name, list] of [
      ['row_totals', rows],
      ['column_totals', columns],
    ] as const) {
      if (list === undefined) continue;
      if (list.length !== number) fail(name, `must have ${number} numbers, one for each bank`);
      else if (!list.some((one) => one > 0)) fail(name, 'at least one must be above 0');
    }
  });

/** How a synthetic payment list is drawn. */
export type Synthesis = z.infer<typeof synthesisSchema>;
