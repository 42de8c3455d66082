/** What stays in a matrix engine while it does a product, and which job of the engine that is. */
import type { JobDataflow } from './job.ts';
import type { ProductSize } from './layout.ts';

/** Which matrix stays in the array: the weights (B), the outputs (C), or the inputs (A). */
export const dataflowNames = ['ws', 'os', 'is'] as const;
export type Dataflow = (typeof dataflowNames)[number];

/** Where inputs stay, they are the weights of Cᵀ = Bᵀ · Aᵀ: what the engine does is the product turned. */
export const isTurned = (dataflow: Dataflow): boolean => dataflow === 'is';
/** What stays in terms of the engine's job. */
export const jobDataflowOf = (dataflow: Dataflow): JobDataflow => (dataflow === 'is' ? 'ws' : dataflow);

/** The size of Cᵀ = Bᵀ · Aᵀ. */
export const turnedSize = ({ m, k, n }: ProductSize): ProductSize => ({ m: n, k, n: m });
/** A product's size, or that of a part of it, as the engine sees it; and from what the engine sees, the product's. */
export const sizeOfJob = (size: ProductSize, dataflow: Dataflow): ProductSize =>
  isTurned(dataflow) ? turnedSize(size) : size;
