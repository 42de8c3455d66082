/**
 * Lists of layers. A file of comma-separated values with a heading: columns called M, K and N (a product of M × K by K
 * × N, as in SCALE-Sim's GEMM topologies), or those of SCALE-Sim's convolution topologies (IFMAP Height, IFMAP Width,
 * Filter Height, Filter Width, Channels, Num Filter, Strides), which become products by im2col without padding: M
 * pixels of the output, K weights of a filter, N filters.
 */
import type { Shape } from '../../testbench/sweep/plan.ts';
import { UsageError } from '../failure.ts';

const plain = (cell: string): string => cell.trim().toLowerCase();

/** @throws UsageError for a file that has no such columns, or a line with something else in them */
export function shapesOf(text: string, name: string): readonly Shape[] {
  const [heading = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const titles = heading.split(',').map(plain);
  const column = (...names: readonly string[]): number => titles.findIndex((title) => names.includes(title));
  const layer = column('layer name', 'layer', 'name');
  const [m, k, n] = [column('m'), column('k'), column('n')];
  const conv = {
    height: column('ifmap height'),
    width: column('ifmap width'),
    filterHeight: column('filter height'),
    filterWidth: column('filter width'),
    channels: column('channels'),
    filters: column('num filter', 'num filters'),
    stride: column('strides', 'stride', 'stride height'),
  };
  const isGemm = m >= 0 && k >= 0 && n >= 0;
  if (!isGemm && Object.values(conv).some((at) => at < 0))
    throw new UsageError(
      `${name} has no columns M, K and N, nor those of a convolution`,
      'give a heading such as "Layer Name, M, K, N"',
    );
  return lines.map((line, i) => {
    const cells = line.split(',');
    const whole = (at: number): number => {
      const value = Number(plain(cells[at] ?? ''));
      if (!Number.isInteger(value) || value < 1)
        throw new UsageError(
          `line ${i + 2} of ${name} has ${(cells[at] ?? '').trim() || 'nothing'} for ${titles[at]}`,
          'give a whole number from 1 on',
        );
      return value;
    };
    const called = layer < 0 ? null : (cells[layer] ?? '').trim();
    if (isGemm) return { layer: called, m: whole(m), k: whole(k), n: whole(n) };
    const out = (size: number, filter: number): number => Math.floor((size - filter) / whole(conv.stride)) + 1;
    const [high, wide] = [
      out(whole(conv.height), whole(conv.filterHeight)),
      out(whole(conv.width), whole(conv.filterWidth)),
    ];
    if (high < 1 || wide < 1)
      throw new UsageError(`line ${i + 2} of ${name} has a filter larger than its input`, 'give a smaller filter');
    return {
      layer: called,
      m: high * wide,
      k: whole(conv.filterHeight) * whole(conv.filterWidth) * whole(conv.channels),
      n: whole(conv.filters),
    };
  });
}
