/** Our own engine. */
import { simulate } from '../../hdl/sim/index.ts';
import { writeVcd } from '../../waveforms/index.ts';
import type { Contender } from './contender.ts';
import { hash, type Subject } from './subject.ts';

/** The name of a HangError, also that of another commit's engine. */
const HANG = 'HangError';

/** @param engine starts a simulation, this commit's where not given */
export function ours({ design, dram }: Subject, engine: typeof simulate = simulate): Contender {
  const sim = engine(design);
  const memory = dram === null ? null : sim.memory(dram.path.join('.'));
  if (dram !== null) memory?.load(dram.image);
  sim.reset(2);
  const start = sim.save();

  return {
    run({ cycles, vcd }) {
      sim.restore(start);
      const first = sim.cycle;
      const writer = vcd === undefined ? null : writeVcd(sim.trace(), vcd);
      const before = process.cpuUsage();
      const began = performance.now();
      if (memory === null) sim.step(cycles);
      else untilDone(cycles);
      writer?.close();
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(before);
      const checksum =
        dram === null || memory === null ? Number(sim.peek('checksum')) : hash(memory.dump(dram.image.length));
      return { seconds, processorSeconds: (user + system) / 1e6, cycles: sim.cycle - first, checksum };
    },
  };

  function untilDone(cycles: number): void {
    try {
      sim.runUntil('done', cycles);
    } catch (error) {
      // Other tools run fewer cycles than all, where all would take them minutes.
      if (!(error instanceof Error && error.name === HANG)) throw error;
    }
  }
}
