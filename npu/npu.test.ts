import { describe, expect, it } from 'vitest';
import { elaborate } from '../hdl/index.ts';
import { npuConfig } from './config.ts';
import { type NpuParameters, numberNames, parameters } from './parameters.ts';
import { Npu } from './npu.ts';

/** Memories as large as they can be, so that a field at its end meets no other that is too small for it. */
const largest = {
  scratchpadBytes: parameters.scratchpadBytes.most,
  accumulatorBytes: parameters.accumulatorBytes.most,
};
const ends = numberNames.flatMap((name): Partial<NpuParameters>[] => [
  { [name]: parameters[name].least },
  { [name]: parameters[name].most },
]);

describe('the NPU can be built', () => {
  it.each<Partial<NpuParameters>>([
    ...ends,
    { cols: 256, busBytes: 4 },
    { cols: 129, busBytes: 8 },
    { rows: 1, cols: 1, busBytes: 4 },
    { scratchpadBanks: 16, rows: 1, cols: 1 },
    { rows: 256, cols: 256, busBytes: 64 },
  ])('with %o', (given) => {
    const { modules } = elaborate(Npu(npuConfig({ ...largest, ...given })));
    expect(modules.some(({ name }) => name === 'npu')).toBe(true);
  });
});

it('has ports as wide as AXI4-Lite and AXI4 have them', () => {
  const { modules } = elaborate(Npu(npuConfig({ busBytes: 8 })));
  const ports = modules.find(({ name }) => name === 'npu')?.ports ?? [];
  const widths = ports.map(
    ({ name, direction, type }) => [name, direction, type.kind === 'uint' ? type.width : 2] as const,
  );
  const address = { addr: 32, burst: 2, id: 1, len: 8, size: 3 };
  const stream = (name: string, towards: 'in' | 'out', payload: Readonly<Record<string, number>>) => [
    [`${name}_valid`, towards, 1] as const,
    [`${name}_ready`, towards === 'in' ? 'out' : 'in', 1] as const,
    ...Object.entries(payload).map(([field, width]) => [`${name}_payload_${field}`, towards, width] as const),
  ];
  const expected = [
    ...stream('lite_aw', 'in', { addr: 8 }),
    ...stream('lite_w', 'in', { data: 32, strb: 4 }),
    ...stream('lite_b', 'out', { resp: 2 }),
    ...stream('lite_ar', 'in', { addr: 8 }),
    ...stream('lite_r', 'out', { data: 32, resp: 2 }),
    ...stream('ar', 'out', address),
    ...stream('aw', 'out', address),
    ...stream('w', 'out', { data: 64, strb: 8, last: 1 }),
    ...stream('b', 'in', { id: 1, resp: 2 }),
    ...stream('r', 'in', { id: 1, data: 64, resp: 2, last: 1 }),
    ['irq', 'out', 1] as const,
  ];
  expect([...widths].sort()).toEqual([...expected].sort());
});
