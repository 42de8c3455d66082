import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elaborate } from 'systole/hdl';
import { simulate } from 'systole/hdl/sim';
import { writeVerilog } from 'systole/hdl/verilog';
import { Bench, checkProperty, RegisterHost } from 'systole/testbench/kit';
import { openWaves } from 'systole/waveforms';
import { expect, it } from 'vitest';
import { scales } from './scaler.cases.ts';
import { registers, sample, Scaler, sizes } from './scaler.ts';

it('multiplies whatever comes by whatever gain, whoever stalls', () => {
  checkProperty(scales, { runs: 100 });
});

it('refuses what is no register, or can only be read', () => {
  const bench = new Bench(elaborate(Scaler, { monitors: true }));
  const { gain } = registers;
  const other = { gain, none: { address: 8, access: 'rw' }, count: { address: 4, access: 'rw' } } as const;
  const host = new RegisterHost(bench, other, { ...sizes, prefix: 'lite_' });
  bench.begin();
  expect([host.offer('none', 1), host.offer('count', 1), host.read('gain')]).toEqual(['slverr', 'slverr', 256]);
  expect(() => host.read('none')).toThrow('none was read, and the answer is slverr');
});

it('makes waves and Verilog', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaler-'));
  try {
    const design = elaborate(Scaler);
    const sim = simulate(design);
    const waves = openWaves(sim.trace(), join(folder, 'scaler.vcd'));
    const bench = new Bench(sim);
    const [source, sink] = [bench.source('samples', sample), bench.sink('scaled', sample)];
    source.push(-5);
    sink.expected = 1;
    bench.run(9);
    await waves.close();
    expect(readFileSync(join(folder, 'scaler.vcd'), 'utf8')).toContain('scaled_payload');
    expect(readFileSync(join(folder, 'scaler.gtkw'), 'utf8')).toContain('scaled_payload');
    expect(writeVerilog(design).files.get('scaler.sv')).toContain('module scaler (');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
