/** Compiles one WebAssembly module: a run of cycles, or looking at some values. */
import type { Type } from '../../../ir/types.ts';
import { gridSourceNode } from '../../../ir/walk.ts';
import type { ArrayFunction, Obstacle } from '../../arrays.ts';
import type { Edges } from '../../core.ts';
import { Code } from '../../../webassembly/code.ts';
import { CapacityError, ModuleBuilder } from '../../../webassembly/module.ts';
import { idOf } from '../flat/flatten.ts';
import type { Domain, Flat, FlatGrid, FlatId, Frame, Storage } from '../flat/types.ts';
import { addHelpers, type Helper } from '../helpers/index.ts';
import type { Layout } from '../layout.ts';
import type { Checks, Context } from '../plan/context.ts';
import { nodeOf, type WireSlices } from '../plan/dependencies.ts';
import { DerivedContext } from '../plan/derived.ts';
import type { GridGroups } from '../plan/groups.ts';
import { surroundings, type Item, type Keepable, type Kernel } from '../plan/pass.ts';
import { overwritten } from '../plan/overwritten.ts';
import { place } from '../plan/place.ts';
import { Invariants, type Quiet } from '../quiet/quiet.ts';
import { split } from '../quiet/split.ts';
import { hasVectorRows } from '../simd/support.ts';
import { sizeOf, writePattern } from '../storage.ts';
import type { Thresholds } from '../thresholds.ts';
import type { ArrayNotes } from './arrays.ts';
import { writeGuard } from './idle.ts';
import { buildKernel } from './kernels.ts';
import { emitItems, newFunction } from './function.ts';
import { checkItems, framesOf, stateItems } from './items.ts';
import { writeCycle, writeResets, writeRun, type QuietCycle } from './running.ts';
import { writeSteps, type Schedule, type Taker } from './steps.ts';

/** What all modules of one design share. */
export interface Shared {
  readonly flat: Flat;
  readonly layout: Layout;
  readonly slices: WireSlices;
  readonly groups: GridGroups;
  readonly checks: Checks;
  readonly thresholds: Thresholds;
  readonly constants: Map<string, number>;
  readonly ports: Map<FlatId, Storage>;
  /** What has turned out to be overwritten before it was read for the last time, so that later modules know at once. */
  readonly early: Set<Keepable>;
  /** Addresses of words that whatever changes state from outside sets to 0. */
  readonly idleFlags: Set<number>;
  /** Functions over grids that are left out where they would change nothing, of the last module that runs cycles. */
  readonly guarded: Map<Domain, Kernel>;
  /** What has become of the arrays in the last module that runs cycles. */
  readonly arrays: ArrayNotes;
}

/** What a function over the cells of a grid is for. */
interface Purpose {
  readonly kind: ArrayFunction['kind'] | 'look';
  readonly nodes?: readonly FlatId[];
}

export type Task =
  /**
   * Exports `cycle() → failed`, which checks, counts covers and takes edges, and `run(count) → taken`, which does so
   * until a check fails. Of kind `check` it only checks; of kind `failures` it notes every check that fails.
   */
  | { readonly kind: 'run'; readonly edges: Edges; readonly quiet: Quiet }
  | { readonly kind: 'check' | 'failures'; readonly edges: Edges }
  /** Exports `run(count) → taken`: calls the imported cycle until it fails or the condition holds before it. */
  | { readonly kind: 'until'; readonly taker: Edges; readonly until: Condition }
  /** The same for steps of several clocks, over the imported cycles of all edges that are known to come together. */
  | ({ readonly kind: 'steps' } & TakenSteps)
  /** Exports `run()`: stores nodes of any domain. */
  | { readonly kind: 'look'; readonly stores: readonly { readonly node: FlatId; readonly storage: Storage }[] };

interface TakenSteps {
  readonly schedule: Schedule;
  readonly takers: readonly Edges[];
  readonly until: Condition | null;
}

/** Bits of a node that a run stops at when they are not 0. */
export interface Condition {
  readonly node: FlatId;
  readonly low: number;
  readonly width: number;
}

/** Under which name a module imports what takes these edges. */
export function takerName(edges: Edges): string {
  return `cycle ${edges}`;
}

/** The binary module. @throws CapacityError naming a limit. */
export function compile(shared: Shared, task: Task): Uint8Array<ArrayBuffer> {
  if (task.kind === 'run') for (const item of foreseen(shared, task.edges)) shared.early.add(item);
  // Each attempt can only add to what is worked out early, so this ends.
  for (;;) {
    const attempt = new Attempt(shared, task, new Set(task.kind === 'run' ? shared.early : []));
    const bytes = attempt.bytes();
    if (attempt.conflicts.size === 0) return bytes;
    for (const item of attempt.conflicts) shared.early.add(item);
  }
}

/** What a cycle will have overwritten before it is read for the last time. */
function foreseen({ flat, groups }: Shared, edges: Edges): readonly Keepable[] {
  const byDomain = new Map<Domain, Frame[]>();
  for (const frame of flat.frames) {
    // Functions over vectors have an order of their own.
    if (hasVectorRows(frame.domain)) continue;
    const known = byDomain.get(frame.domain);
    if (known === undefined) byDomain.set(frame.domain, [frame]);
    else known.push(frame);
  }
  return [...byDomain.values()].flatMap((frames) => [...foreseenIn(frames, flat, groups, edges)]);
}

function foreseenIn(frames: readonly Frame[], flat: Flat, groups: GridGroups, edges: Edges): ReadonlySet<Keepable> {
  const state = frames.map((frame) => stateItems(frame, edges));
  const items = [
    ...frames.flatMap((frame) => checkItems(frame, edges, false)),
    ...frames.flatMap((frame) => checkItems(frame, edges, true)),
    ...state.flatMap(({ start }) => start),
    ...state.flatMap(({ change }) => change),
  ];
  const grids = frames.flatMap((frame) =>
    [...frame.grids.values()].map((grid) => ({
      grid,
      uses: Object.values(grid.grid.inputs).map((source) => idOf(frame, gridSourceNode(source))),
    })),
  );
  return overwritten(flat, groups, items, grids);
}

class Attempt implements Context {
  readonly flat: Flat;
  readonly slices: WireSlices;
  readonly groups: GridGroups;
  readonly checks: Checks;
  readonly edges: Edges;
  readonly noteFailures: boolean;
  readonly quiet: ReadonlySet<FlatId> = new Set();
  readonly early: ReadonlySet<Keepable>;
  readonly conflicts = new Set<Keepable>();
  private readonly shared: Shared;
  private readonly task: Task;
  private readonly module = new ModuleBuilder();
  private readonly takers: readonly Taker[];
  private readonly helperIndex: (name: Helper) => number;
  private readonly slots = new Map<FlatId, number>();
  private readonly kernels = new Map<string, Kernel>();

  constructor(shared: Shared, task: Task, early: ReadonlySet<Keepable>) {
    this.shared = shared;
    this.task = task;
    this.early = early;
    ({ flat: this.flat, slices: this.slices, groups: this.groups, checks: this.checks } = shared);
    this.edges = 'edges' in task ? task.edges : 0;
    this.noteFailures = task.kind === 'failures';
    const imported = task.kind === 'steps' ? task.takers : task.kind === 'until' ? [task.taker] : [];
    this.takers = imported.map((edges) => {
      const functionIndex = this.module.importFunction(takerName(edges), { parameters: [], results: ['i32'] });
      return { edges, functionIndex };
    });
    this.helperIndex = addHelpers(this.module);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    switch (this.task.kind) {
      case 'look':
        this.function('run', this.lookItems(this.task.stores), true);
        break;
      case 'run':
      case 'check':
      case 'failures':
        this.run(this.task);
        break;
      case 'until': {
        const condition = this.condition(this.task.until);
        for (const { functionIndex } of this.takers) writeRun(this.module, functionIndex, condition);
        break;
      }
      case 'steps': {
        const { schedule, until } = this.task;
        writeSteps(this.module, schedule, this.takers, until === null ? null : this.condition(until));
        break;
      }
    }
    return this.module.encode();
  }

  conflict(item: Keepable): void {
    if (this.early.has(item))
      throw new CapacityError(`a value that is needed before and after it changes could not be kept: ${String(item)}`);
    this.conflicts.add(item);
  }

  constant(type: Type, pattern: bigint): number {
    return constantAddress(this.shared, type, pattern);
  }

  slot(id: FlatId): number {
    let address = this.slots.get(id);
    if (address === undefined) this.slots.set(id, (address = this.temporary(sizeOf(nodeOf(this.flat, id).type))));
    return address;
  }

  temporary(size: number): number {
    return this.shared.layout.allocate(size, 'intermediate values');
  }

  portStorage(port: FlatId): Storage {
    return storageFor(this.shared, port, this.shared.ports);
  }

  idleFlag(): number {
    const address = this.temporary(4);
    this.shared.idleFlags.add(address);
    return address;
  }

  helper(name: Helper): number {
    return this.helperIndex(name);
  }

  groupKernel(key: string): Kernel {
    const known = this.kernels.get(key);
    if (known !== undefined) return known;
    const { grid, ports } = this.groups.withKey(key);
    const items = ports.map((node): Item => ({ kind: 'store', node, storage: this.portStorage(node) }));
    return this.kernel(key, grid, items, { kind: 'outputs', nodes: ports });
  }

  private condition(bits: Condition): number {
    return this.function('until', [{ ...bits, kind: 'resultNonZero' }], false);
  }

  private kernel(key: string, grid: FlatGrid, items: readonly Item[], { kind, nodes = [] }: Purpose): Kernel {
    const functionIndex = this.module.declare(`${grid.domain.path} ${key}`, { parameters: ['i32'], results: [] });
    const report = (scalar: Obstacle | null): void => {
      if (this.task.kind === 'run' && kind !== 'look') this.shared.arrays.note(grid, key, { kind, nodes, scalar });
    };
    const { kernel, code } = buildKernel(this, { key, grid, items, commits: kind === 'state', functionIndex, report });
    this.module.define(functionIndex, code);
    this.kernels.set(key, kernel);
    return kernel;
  }

  /** A function over the top module's domain; with an i32 result unless it is exported. */
  private function(name: string, items: readonly Item[], exported: boolean, context: Context = this): number {
    const index = this.module.declare(name, { parameters: [], results: exported ? [] : ['i32'] }, exported);
    const { flat, slices, groups, early } = context;
    const plan = place({ flat, slices, groups, items, early });
    const code = new Code(0);
    emitItems(newFunction(code, context, plan, flat.top.domain, null, new Map()), items);
    if (!exported && items.at(-1)?.kind !== 'resultNonZero') code.i32(0);
    this.module.define(index, code);
    return index;
  }

  /** Cycles of checks, covers and what the edges change; or checks alone. */
  private run(task: Extract<Task, { readonly edges: Edges }>): void {
    const { domain } = this.flat.top;
    const checks = this.checkItems(domain, false);
    if (checks.length > 0 && task.kind !== 'failures') checks.push({ kind: 'leaveIfFailed' });
    if (task.kind !== 'run') {
      writeRun(
        this.module,
        writeCycle(this.module, { full: this.function('change', checks, false), quiet: null }, []),
        null,
      );
      return;
    }
    const items = [...checks, ...this.checkItems(domain, true), ...this.commitItems(domain)];
    const full = this.function('change', items, false);
    const quiet = this.quietFunctions(items, task.quiet);
    const resets = writeResets(this, this.module, task.edges, [...this.shared.idleFlags]);
    writeRun(this.module, writeCycle(this.module, { full, quiet }, resets), null);
  }

  /** A cycle in which nothing quiet changes; null where nothing is quiet. */
  private quietFunctions(items: readonly Item[], quiet: Quiet): QuietCycle | null {
    // After a conflict all is written once more.
    if (quiet.registers.size === 0 || this.conflicts.size > 0) return null;
    const invariants = invariantsOf(this.shared, quiet);
    const { cycle, enter, flat, settled, put } = split(this, items, quiet.registers, invariants);
    const entering = new DerivedContext(this, { quiet: quiet.registers });
    const staying = new DerivedContext(this, {
      quiet: quiet.registers,
      flat,
      groups: this.groups.seenFrom(flat, settled),
      early: new Set([...this.early].filter((item) => typeof item === 'string' || !put.has(item))),
    });
    return {
      mode: this.idleFlag(),
      wait: this.temporary(4),
      patience: this.shared.thresholds.quiet.patience,
      enter: this.function('enter', enter, false, entering),
      change: this.function('quiet', cycle, false, staying),
    };
  }

  private checkItems(domain: Domain, covers: boolean): Item[] {
    return this.eachFrame(
      domain,
      (frame) => checkItems(frame, this.edges, covers),
      (grid) => {
        const items = this.checkItems(grid.domain, covers);
        return items.length === 0
          ? []
          : [
              {
                kind: 'kernel',
                kernel: this.kernel(`${covers ? 'covers' : 'checks'} ${grid.domain.index}`, grid, items, {
                  kind: covers ? 'covers' : 'checks',
                }),
              },
            ];
      },
    );
  }

  private commitItems(domain: Domain): Item[] {
    const own = framesOf(this.flat, domain).map((frame) => stateItems(frame, this.edges));
    const kernels = this.eachFrame(
      domain,
      () => [],
      (grid) => {
        const items = this.commitItems(grid.domain);
        if (items.length === 0) return [];
        const kernel = this.kernel(`commit ${grid.domain.index}`, grid, items, { kind: 'state' });
        // With several clocks, cells change at edges of which this module knows nothing.
        const guarded =
          this.flat.top.clocks.size === 1 ? writeGuard(this, this.module, kernel, this.shared.thresholds.idle) : null;
        if (guarded !== null) this.shared.guarded.set(grid.domain, guarded);
        return [{ kind: 'kernel', kernel: guarded ?? kernel }];
      },
    );
    return [
      ...own.flatMap(({ start }) => start),
      ...own.flatMap(({ change }) => change),
      ...kernels,
      ...own.flatMap(({ end }) => end),
    ];
  }

  private lookItems(
    stores: readonly { readonly node: FlatId; readonly storage: Storage }[],
    domain: Domain = this.flat.top.domain,
  ): Item[] {
    const own: Item[] = stores
      .filter(({ node }) => nodeOf(this.flat, node).domain === domain)
      .map(({ node, storage }) => ({ kind: 'store', node, storage }));
    const inner = this.eachFrame(
      domain,
      () => [],
      (grid) => {
        const items = this.lookItems(stores, grid.domain);
        return items.length === 0
          ? []
          : [{ kind: 'kernel', kernel: this.kernel(`look ${grid.domain.index}`, grid, items, { kind: 'look' }) }];
      },
    );
    return [...own, ...inner];
  }

  /** What a domain's frames and the grids in them give, in the order of the hierarchy. */
  private eachFrame(
    domain: Domain,
    ofFrame: (frame: Frame) => readonly Item[],
    ofGrid: (grid: FlatGrid) => readonly Item[],
  ): Item[] {
    const items: Item[] = [];
    const give = (more: readonly Item[]): void => {
      for (const item of more) items.push(item);
    };
    const rest: (Frame | FlatGrid)[] = framesOf(this.flat, domain).slice(0, 1);
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      if ('grid' in next) {
        give(ofGrid(next));
        continue;
      }
      give(ofFrame(next));
      for (const inside of [...next.instances.values(), ...next.grids.values()].reverse()) rest.push(inside);
    }
    return items;
  }
}

/** What stays while nothing quiet changes. */
export function invariantsOf(
  { flat, groups, guarded }: Pick<Shared, 'flat' | 'groups' | 'guarded'>,
  quiet: Quiet,
): Invariants {
  const grids = [...guarded.values()].filter(({ domain }) => quiet.grids.has(domain));
  return new Invariants(
    flat,
    groups,
    quiet.registers,
    grids.map((kernel) => ({ domain: kernel.domain, uses: surroundings(kernel) })),
  );
}

/** Where a constant lies, once for all that need it. */
export function constantAddress(
  { layout, constants }: Pick<Shared, 'layout' | 'constants'>,
  type: Type,
  pattern: bigint,
): number {
  const key = `${JSON.stringify(type)} ${pattern}`;
  let address = constants.get(key);
  if (address === undefined) {
    const size = sizeOf(type);
    address = layout.allocate(size, 'a constant');
    layout.place(address, size, (view) => writePattern(view, 0, type, pattern));
    constants.set(key, address);
  }
  return address;
}

/** Where a node's values by lane are put. */
export function storageFor(
  { flat, layout }: Pick<Shared, 'flat' | 'layout'>,
  id: FlatId,
  known: Map<FlatId, Storage>,
): Storage {
  let storage = known.get(id);
  if (storage === undefined) {
    const { type, domain } = nodeOf(flat, id);
    const size = sizeOf(type);
    const room = 128;
    storage = {
      address: layout.allocate(domain.total * size + 2 * room, 'combinational values of cells') + room,
      size,
      type,
    };
    known.set(id, storage);
  }
  return storage;
}
