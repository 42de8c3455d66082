/**
 * How far apart rows lie in DRAM. A tile takes parts of rows; where these do not begin at a beat of the bus each of
 * them takes a beat more, which a gap after each row saves. What takes whole rows reads faster without gaps.
 */
import type { NpuConfig } from '../config.ts';
import type { ProductSize } from '../matrix/layout.ts';
import type { Tile } from './plan.ts';
import type { Product } from './product.ts';
import { elementBytes, linesOfTensor, type Tensor } from './tensor.ts';

/** What rows and columns of an operand are. */
const dimensions = { a: ['m', 'k'], b: ['k', 'n'], c: ['m', 'n'] } as const satisfies Readonly<
  Record<'a' | 'b' | 'c', readonly [keyof ProductSize, keyof ProductSize]>
>;

/** The product, its free tensors with gaps where tiles of this size take parts of their rows. */
export function inPitches({ busBytes }: NpuConfig, product: Product, tile: Tile): Product {
  const spaced = (operand: keyof typeof dimensions, tensor: Tensor): Tensor => {
    if (!product.free.has(tensor.name)) return tensor;
    const { length } = linesOfTensor(tensor);
    const [rows, columns] = dimensions[operand];
    const beat = busBytes / elementBytes[tensor.type];
    if (beat < 1 || length % beat === 0 || tile[tensor.order === 'rows' ? columns : rows] >= length) return tensor;
    return { ...tensor, pitch: Math.ceil(length / beat) * beat };
  };
  const { a, b, c } = product;
  return {
    ...product,
    a: { ...a, tensor: spaced('a', a.tensor) },
    b: { ...b, tensor: spaced('b', b.tensor) },
    c: spaced('c', c),
  };
}
