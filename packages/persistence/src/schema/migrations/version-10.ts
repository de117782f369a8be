/** Guidelines for throughput, which scenarios may have. */
export const VERSION_10: readonly string[] = ['ALTER TABLE simulations ADD COLUMN IF NOT EXISTS throughput_guidelines JSON'];
