/** A design compiled to WebAssembly, piece by piece as its simulations ask for it; each piece once for all of them. */
import { CapacityError } from '../../webassembly/module.ts';
import type { Edges } from '../core.ts';
import type { Library } from '../library.ts';
import type { ArrayReport } from '../arrays.ts';
import { ArrayNotes } from './build/arrays.ts';
import { joinedInVain } from './build/joined.ts';
import { compile, invariantsOf, type Condition, type Shared, type Task } from './build/program.ts';
import { placeSchedule, type Schedule } from './build/steps.ts';
import { CheckPlaces } from './checks.ts';
import { flatten } from './flat/flatten.ts';
import type { Flat } from './flat/types.ts';
import { Layout } from './layout.ts';
import { Looks } from './looks.ts';
import { WireSlices } from './plan/dependencies.ts';
import { GridGroups } from './plan/groups.ts';
import { refuseLoops } from './plan/loops.ts';
import { nothingQuiet, type Quiet } from './quiet/quiet.ts';
import { usual, type Thresholds } from './thresholds.ts';

/** One for each condition that a run can stop at. */
export function conditionKey(until: Condition | null): string {
  return until === null ? '' : `${until.node} ${until.low} ${until.width}`;
}

/** One for each module that a design has at a time. */
function keyOf(task: Task): string {
  switch (task.kind) {
    case 'run':
    case 'check':
    case 'failures':
      return `${task.kind} ${task.edges}`;
    case 'until':
      return `${task.kind} ${task.taker} ${conditionKey(task.until)}`;
    case 'steps':
      return `${task.kind} ${task.takers.join()} ${conditionKey(task.until)}`;
    case 'look':
      return `${task.kind} ${task.stores.map(({ node }) => node).join()}`;
  }
}

/** Tasks that simulations ask for again and again. */
export type Repeated = Exclude<Task, { kind: 'look' }>;

export class Compiled {
  readonly library: Library;
  readonly layout: Layout;
  readonly flat: Flat;
  readonly checks: CheckPlaces;
  readonly shared: Shared;
  /** Of a design with several clocks; else null. */
  readonly schedule: Schedule | null;
  readonly looks: Looks;
  /** Whether it is known what is quiet. */
  settled = false;
  private readonly modules = new Map<string, WebAssembly.Module>();

  /** @throws DesignError E0005 for a combinational loop; CapacityError when the state does not fit. */
  constructor(library: Library, thresholds: Thresholds = usual) {
    this.library = library;
    const slices = new WireSlices();
    const { layout, flat, groups } = flattened(library, thresholds, slices);
    this.layout = layout;
    this.flat = flat;
    this.checks = new CheckPlaces(flat, layout);
    this.schedule = flat.top.clocks.size > 1 ? placeSchedule(layout, flat.top.clocks.size) : null;
    refuseLoops(flat, groups);
    const { checks } = this;
    this.shared = {
      flat,
      layout,
      slices,
      groups,
      checks,
      thresholds,
      constants: new Map(),
      ports: new Map(),
      early: new Set(),
      idleFlags: new Set(),
      guarded: new Map(),
      arrays: new ArrayNotes(),
    };
    this.looks = new Looks(this.shared, (stores) => this.compile({ kind: 'look', stores }));
  }

  /** @throws CapacityError for what does not fit in code. */
  module(task: Repeated): WebAssembly.Module {
    const key = keyOf(task);
    let module = this.modules.get(key);
    if (module === undefined) this.modules.set(key, (module = this.compile(task)));
    return module;
  }

  /** From now on cycles are compiled for what has turned out to be quiet. */
  settle(edges: Edges, quiet: Quiet): void {
    this.settled = true;
    if (quiet.registers.size === 0 || invariantsOf(this.shared, quiet).share() > this.shared.thresholds.quiet.most)
      return;
    const task: Task = { kind: 'run', edges, quiet };
    try {
      this.modules.set(keyOf(task), this.compile(task));
    } catch (error) {
      // Two functions may be too much where one is not: it goes on.
      if (!(error instanceof CapacityError)) throw error;
    }
  }

  /** What becomes of each array where all clocks rise. @throws CapacityError for what does not fit in code. */
  arrays(): readonly ArrayReport[] {
    const { flat, arrays } = this.shared;
    this.module({ kind: 'run', edges: 2 ** flat.top.clocks.size - 1, quiet: nothingQuiet });
    return arrays.reports(flat);
  }

  private compile(task: Task): WebAssembly.Module {
    return new WebAssembly.Module(compile(this.shared, task));
  }
}

/** Flattened, with those arrays made one that vectors can do then. */
function flattened(
  library: Library,
  thresholds: Thresholds,
  slices: WireSlices,
): { readonly layout: Layout; readonly flat: Flat; readonly groups: GridGroups } {
  const apart = new Set<string>();
  for (;;) {
    const layout = new Layout();
    const flat = flatten(library, layout, thresholds, apart);
    const groups = new GridGroups(flat, slices);
    const wrong = joinedInVain(flat, slices, groups);
    if (wrong.length === 0) return { layout, flat, groups };
    for (const path of wrong) apart.add(path);
  }
}
