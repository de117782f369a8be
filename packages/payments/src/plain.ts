/** A value with numbers for bigints: whole numbers are read as bigints where a scenario is a file. */
export const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null, (_, member: unknown) => (typeof member === 'bigint' ? Number(member) : member)));
