/**
 * Run as a process of its own: from sizes to the first cycle, and how long the cycles after it take, with nothing warm.
 * Arguments: kind, n or the design's name, size of the product, cycles.
 */
import { simulate } from '../../hdl/sim/index.ts';
import { designs } from './designs.ts';
import { arraySubject, npuSubject, type Subject } from './subject.ts';

const [kind, n = '', size, cycles] = process.argv.slice(2);
const began = performance.now();
const { design, dram } = subject();
const sim = simulate(design);
if (dram !== null) sim.memory(dram.path.join('.')).load(dram.image);
sim.reset(2);
sim.step();
const first = performance.now();
sim.step(Number(cycles));
const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(6);
process.stdout.write(`seconds=${seconds(began, first)} early=${seconds(first, performance.now())}\n`);

function subject(): Subject {
  if (kind === 'npu') return npuSubject(Number(n), Number(size));
  if (kind === 'array') return arraySubject(Number(n));
  const make = designs[n];
  if (make === undefined) throw new RangeError(`there is no design ${n}`);
  return make();
}
