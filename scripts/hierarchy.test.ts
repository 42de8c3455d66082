import { describe, expect, it } from 'vitest';
import { Array2d } from '../hdl/examples/array.ts';
import { ByteMemory } from '../hdl/examples/lanes.ts';
import { elaborate } from '../hdl/index.ts';
import { npuConfig } from '../npu/config.ts';
import { Npu } from '../npu/npu.ts';
import { hierarchy, interfaces, type Part } from './hierarchy.ts';

const flat = (part: Part): Part[] => [part, ...part.parts.flatMap(flat)];

describe('hierarchy', () => {
  it('counts the registers of a grid by its cells', () => {
    const cellBits = 8 + 8 + 32;
    expect(hierarchy(elaborate(Array2d(3, 5)))).toEqual({
      name: 'array',
      module: 'array',
      grid: null,
      count: 1,
      own: { registers: 0, memories: 0 },
      total: { registers: 15 * cellBits, memories: 0 },
      parts: [
        {
          name: 'cells',
          module: 'cell',
          grid: { rows: 3, cols: 5, shape: 'full' },
          count: 15,
          own: { registers: 15 * cellBits, memories: 0 },
          total: { registers: 15 * cellBits, memories: 0 },
          parts: [],
        },
      ],
    });
  });

  it('counts a memory by its words, and its output register with it', () => {
    expect(hierarchy(elaborate(ByteMemory)).total).toEqual({ registers: 0, memories: 16 * 32 });
  });

  it('counts triangles, and what is inside the cells of a grid', () => {
    const parts = flat(hierarchy(elaborate(Npu(npuConfig({ rows: 3, cols: 5, busBytes: 16 })))));
    const counts = Object.fromEntries(parts.map(({ name, count }) => [name, count]));
    expect(counts).toMatchObject({
      npu: 1,
      skew_rows: 6,
      skew_cols: 15,
      deskew: 15,
      cell: 15,
      lane: 5,
      requantise_lane: 5,
    });
    const [top] = parts;
    for (const kind of ['registers', 'memories'] as const)
      expect(parts.reduce((sum, { own }) => sum + own[kind], 0)).toBe(top?.total[kind]);
  });

  it('of the NPU does not take longer for a larger array', () => {
    const size = (side: number): number =>
      flat(hierarchy(elaborate(Npu(npuConfig({ rows: side, cols: side }))))).length;
    expect(size(128)).toBe(size(4));
  });
});

it('interfaces lists streams by their payload, and the ports beside them', () => {
  const found = interfaces(elaborate(Npu(npuConfig({ busBytes: 8 }))));
  expect(found).toContainEqual({ name: 'w', direction: 'out', kind: 'stream', bits: 64 + 8 + 1 });
  expect(found.filter(({ kind }) => kind === 'port')).toEqual([
    { name: 'irq', direction: 'out', kind: 'port', bits: 1 },
  ]);
});
