import { describe, expect, it } from 'vitest';
import { elaborate } from '../hdl/index.ts';
import { fields, npuConfig, type NpuParameters } from './config.ts';
import { Npu } from './npu.ts';

/** Memories as large as they can be, so that a field at its end meets no other that is too small for it. */
const largest = { scratchpadBytes: fields.scratchpadBytes.most, accumulatorBytes: fields.accumulatorBytes.most };
const ends = Object.entries(fields).flatMap(([name, { least, most }]): Partial<NpuParameters>[] => [{ [name]: least }, { [name]: most }]);

describe('the NPU can be built', () => {
  it.each<Partial<NpuParameters>>([
    ...ends, { cols: 256, busBytes: 4 }, { cols: 129, busBytes: 8 }, { rows: 1, cols: 1, busBytes: 4 }, { scratchpadBanks: 16, rows: 1, cols: 1 }, { rows: 256, cols: 256, busBytes: 64 },
  ])('with %o', (given) => {
    const { modules } = elaborate(Npu(npuConfig({ ...largest, ...given })));
    expect(modules.some(({ name }) => name === 'npu')).toBe(true);
  });
});
