import type { SimulationBatch, SimulationOutcome } from '@simcash/protocol';

/** A part of a batch: some of its variants on some of its draws. */
export interface Chunk {
  batch: number;
  firstVariant: number;
  firstDraw: number;
  part: SimulationBatch;
}

/**
 * Cuts batches into parts of about equal size. All variants stay together where that suffices: handing over draws costs more than
 * handing over policies.
 */
export function chunksOf(batches: readonly SimulationBatch[], parts: number): Chunk[] {
  const total = batches.reduce((count, { draws, variants }) => count + draws.length * variants.length, 0);
  const target = Math.max(1, Math.ceil(total / parts));
  return batches.flatMap((whole, batch) => {
    const { draws, variants } = whole;
    const drawsPerChunk = Math.max(1, Math.round(target / Math.max(1, variants.length)));
    const variantsPerChunk = Math.min(Math.max(1, variants.length), target);
    const chunks: Chunk[] = [];
    for (let d = 0; d < draws.length; d += drawsPerChunk) {
      for (let v = 0; v < variants.length; v += variantsPerChunk) {
        const part = { ...whole, variants: variants.slice(v, v + variantsPerChunk), draws: draws.slice(d, d + drawsPerChunk) };
        chunks.push({ batch, firstVariant: v, firstDraw: d, part });
      }
    }
    return chunks;
  });
}

/** Puts the results of parts back to their places. */
export function assemble(
  batches: readonly SimulationBatch[],
  chunks: readonly Chunk[],
  results: readonly SimulationOutcome[][][],
): SimulationOutcome[][][] {
  const assembled = batches.map(({ draws, variants }) =>
    variants.map(() => Array.from<SimulationOutcome>({ length: draws.length })),
  );
  for (const [i, { batch, firstDraw, firstVariant }] of chunks.entries()) {
    for (const [v, outcomes] of results[i]!.entries()) {
      for (const [d, outcome] of outcomes.entries()) assembled[batch]![firstVariant + v]![firstDraw + d] = outcome;
    }
  }
  return assembled;
}
