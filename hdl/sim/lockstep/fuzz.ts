/** `npm run fuzz -- --circuits N --seed S`: random circuits on both engines; prints the smallest found that differ. */
import { parseArgs } from 'node:util';
import { printDesign } from '../../ir/text/index.ts';
import type { Design } from '../../ir/types.ts';
import { modulesByName } from '../../ir/walk.ts';
import { CapacityError } from '../../webassembly/module.ts';
import { Choices } from './choices.ts';
import { circuit } from './circuit.ts';
import { reference, wasm } from './engines.ts';
import { difference } from './lockstep.ts';
import { shrink } from './shrink.ts';

const shrinkingTime = 30_000;
const steps = 6;
/** Nodes, counted in every instance: of grids within grids the reference engine would need gigabytes. */
const mostNodes = 300_000;

const { values } = parseArgs({ options: { circuits: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } } });
const [circuits, seed] = [Number(values.circuits), Number(values.seed)];

/** A stream of numbers below 2^16 (xorshift32, G. Marsaglia 2003). */
function numbers(start: number): () => number {
  let state = (Math.imul(start, 2_654_435_761) ^ 0x9e37_79b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) & 0xffff;
  };
}

function nodesOf({ modules, top }: Design): number {
  const byName = modulesByName({ modules, top });
  const count = (name: string): number => {
    const module = byName.get(name);
    if (module === undefined) return 0;
    const instances = module.instances.reduce((sum, instance) => sum + count(instance.module), 0);
    return module.nodes.length + module.grids.reduce((sum, grid) => sum + grid.rows * grid.cols * count(grid.module), instances);
  };
  return count(top);
}

/** What went wrong: how it is the same failure as another, and a text. */
interface Failure { readonly kind: string; readonly text: string }

function attempt(list: readonly number[]): Failure | null {
  try {
    const design = circuit(new Choices(list));
    if (nodesOf(design) > mostNodes) {
      tooLarge++;
      return null;
    }
    const found = difference({ design, start: [reference, wasm], choices: new Choices(list.toReversed()), steps });
    return found === null ? null : { kind: 'difference', text: found };
  } catch (error) {
    if (error instanceof CapacityError || !(error instanceof Error)) return null;
    return { kind: error.message.slice(0, 20), text: error.stack ?? error.message };
  }
}

let failed = 0;
let tooLarge = 0;
for (let i = 0; i < circuits; i++) {
  const next = numbers(seed * 1_000_003 + i);
  const list = Array.from({ length: 30 + (next() % 400) }, next);
  const first = attempt(list);
  if (first === null) continue;
  failed++;
  const { list: smallest, failure } = shrink(list, first, (candidate) => {
    const found = attempt(candidate);
    return found?.kind === first.kind ? found : null;
  }, shrinkingTime);
  console.log(`circuit ${i} of seed ${seed}: ${failure.text}\n${printDesign(circuit(new Choices(smallest)))}`);
}
console.log(`${circuits} circuits, seed ${seed}: ${failed} differ, ${tooLarge} too large to run`);
process.exitCode = failed === 0 ? 0 : 1;
