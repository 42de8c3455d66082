/** Random circuits on both engines. */
import { printDesign } from '../ir/text/index.ts';
import type { Design } from '../ir/types.ts';
import { modulesByName } from '../ir/walk.ts';
import { Choices } from '../sim/lockstep/choices.ts';
import { all } from '../sim/lockstep/engines.ts';
import { difference } from '../sim/lockstep/lockstep.ts';
import { shrink } from '../sim/lockstep/shrink.ts';
import { CapacityError } from '../webassembly/module.ts';
import { generate, type Generator } from './generators.ts';

/** At making a circuit that fails smaller. */
const attempts = 2000;
const steps = 6;
/** Nodes, counted in every instance: of grids within grids the reference engine would need gigabytes. */
const mostNodes = 300_000;

/** Why a circuit was not run. */
export type Skipped = 'too large' | 'refused';
/** What went wrong: how it is the same failure as another, and a text. */
interface Failure {
  readonly kind: string;
  readonly text: string;
}

interface NotRun {
  readonly skipped: Skipped;
}

/** Runs one circuit: a text of the smallest found that fails like it, why it was not run, or null where both agree. */
export function onEngines(generator: Generator, numbers: readonly number[]): string | NotRun | null {
  const first = attempt(generator, numbers);
  if (first === null || 'skipped' in first) return first;
  const { list, failure, cut } = shrink(
    numbers,
    first,
    (candidate) => {
      const found = attempt(generator, candidate);
      return found !== null && 'kind' in found && found.kind === first.kind ? found : null;
    },
    attempts,
  );
  const smallest = generate(generator, list);
  return `${failure.text}${cut ? `\nIt may become smaller yet: ${attempts} attempts were made.` : ''}\n${typeof smallest === 'string' ? smallest : printDesign(smallest)}`;
}

function attempt(generator: Generator, numbers: readonly number[]): Failure | NotRun | null {
  try {
    const design = generate(generator, numbers);
    if (typeof design === 'string') return { skipped: 'refused' };
    if (nodesOf(design) > mostNodes) return { skipped: 'too large' };
    const found = difference({ design, start: all, choices: new Choices(numbers.toReversed()), steps });
    return found === null ? null : { kind: 'difference', text: found };
  } catch (error) {
    if (error instanceof CapacityError) return { skipped: 'too large' };
    if (!(error instanceof Error)) throw error;
    return { kind: error.message.slice(0, 20), text: error.stack ?? error.message };
  }
}

export function nodesOf(design: Design): number {
  const byName = modulesByName(design);
  const count = (name: string): number => {
    const module = byName.get(name);
    if (module === undefined) return 0;
    const instances = module.instances.map((instance) => count(instance.module));
    const cells = module.grids.map((grid) => grid.rows * grid.cols * count(grid.module));
    return [...instances, ...cells].reduce((sum, one) => sum + one, module.nodes.length);
  };
  return count(design.top);
}
