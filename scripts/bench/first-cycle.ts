/** Run as a process of its own: from sizes to the first cycle, with nothing warm. Arguments: kind, n, size of the product. */
import { simulate } from '../../hdl/sim/index.ts';
import { arraySubject, npuSubject } from './subject.ts';

const [kind, n, size] = process.argv.slice(2);
const began = performance.now();
const { design, dram } = kind === 'npu' ? npuSubject(Number(n), Number(size)) : arraySubject(Number(n));
const sim = simulate(design);
if (dram !== null) sim.memory(dram.path.join('.')).load(dram.image);
sim.reset(2);
sim.step();
process.stdout.write(`seconds=${((performance.now() - began) / 1000).toFixed(6)}\n`);
