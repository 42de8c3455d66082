/** The host may stop the NPU in any cycle, and begin anew when it is idle. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { elaborate } from '../hdl/index.ts';
import { simulate } from '../hdl/sim/index.ts';
import { npuConfig } from '../npu/config.ts';
import { matmulProgram } from '../npu/compiler/matmul.ts';
import { Host } from './host.ts';
import { monitorNpu } from './monitor/npu-monitor.ts';
import { referenceMatmul } from './reference.ts';
import { System } from './system.ts';
import { tensorInMemory } from './tensors.ts';
import { runsOf } from '../hdl/testing-runs.ts';

const LIMIT = 20_000;
const IDLE = 0x100;

it.each([16, 3])('a product that was stopped at any time is right when it runs again (bursts of %d)', (maxBurst) => {
  const config = npuConfig({
    rows: 3,
    cols: 4,
    busBytes: 8,
    maxBurst,
    scratchpadBytes: 6 * 8 * 22,
    accumulatorBytes: 16 * 16,
  });
  const job = {
    m: 9,
    k: 20,
    n: 9,
    dataflow: 'ws',
    a: Int8Array.from({ length: 180 }, (_, i) => 37 * i),
    b: Int8Array.from({ length: 180 }, (_, i) => 53 * i),
  } as const;
  const program = matmulProgram(config, job);
  const { image, ring } = program;
  const sim = simulate(elaborate(System(config, { bytes: image.length, latency: 7, stall: 60 }), { monitors: true }));
  monitorNpu(sim, config);
  const host = new Host(sim);
  const stops = fc.array(fc.record({ after: fc.nat(1500), far: fc.boolean() }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(stops, (drawn) => {
      sim.reset();
      sim.memory('memory.dram').load(image);
      const base = (address: number): void => host.write('ringBase', address);
      base(ring.base);
      host.write('ringEntries', ring.entries);
      host.write('tail', ring.tail);
      for (const { after, far } of drawn) {
        host.write('control', 1);
        sim.step(after);
        host.write('control', 0);
        // Registers of the ring are the host's to change at once.
        if (far) base(0x100000);
        for (let reads = 0; (host.read('status') & IDLE) === 0; reads++) expect(reads).toBeLessThan(LIMIT);
        base(ring.base);
      }
      host.write('irqStatus', 3);
      host.write('control', 1);
      sim.runUntil('irq', LIMIT);
      expect([host.read('irqStatus'), host.read('commands')]).toEqual([1, ring.tail]);
      expect([...tensorInMemory(sim, config, program, 'c')]).toEqual([...referenceMatmul(job)]);
    }),
    { numRuns: runsOf({ few: 3, all: 30 }) },
  );
});
