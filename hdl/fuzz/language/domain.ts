/** What belongs to one of a module's clocks, in a module in the making. */
import type { Fsm } from '../../index.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import type { Memory } from './memories.ts';
import type { Names } from './names.ts';
import { operation } from './operations.ts';
import { Pool, type Entry } from './pool.ts';
import type { Palette, Sort } from './sorts.ts';
import type { Scope } from './statements.ts';
import type { OpenStream } from './streams.ts';
import type { Target } from './targets.ts';

export class Domain {
  readonly clock: string;
  readonly choices: Choices;
  readonly names: Names;
  readonly palette: Palette;
  /** Registers, inputs and words that were read: what does not depend on anything of this cycle but inputs. */
  readonly roots: Pool;
  readonly pool: Pool;
  /** What outputs and wires must not depend on, because it depends on readies. */
  readonly late: Pool;
  readonly registers: Target[] = [];
  /** Registers and inputs themselves: what a synchroniser of another clock may take. */
  readonly direct: Entry[] = [];
  readonly early: Target[] = [];
  readonly memories: Memory[] = [];
  readonly machines: { readonly machine: Fsm<string>; readonly labels: readonly string[] }[] = [];
  readonly streams: OpenStream[] = [];

  constructor(clock: string, choices: Choices, names: Names, palette: Palette) {
    this.clock = clock;
    this.choices = choices;
    this.names = names;
    this.palette = palette;
    this.roots = new Pool(choices);
    this.pool = new Pool(choices, this.roots);
    this.late = new Pool(choices, this.pool);
  }

  keep(sort: Sort, value: unknown): void {
    this.roots.add(sort, value);
    if (sort.kind !== 'struct' && sort.kind !== 'vec') this.direct.push({ sort, value });
  }

  scope(pool: Pool, targets: readonly Target[], effects: readonly (() => void)[] = []): Scope {
    const more = (): void => {
      operation(pool, this.names, this.palette);
    };
    return { pool, targets, effects, operation: more, here: new Set(), ever: new Set(), depth: 0 };
  }
}
