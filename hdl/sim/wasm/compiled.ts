/** A design compiled to WebAssembly, piece by piece as its simulations ask for it; each piece once for all of them. */
import type { Library } from '../library.ts';
import { compile, type Shared, type Task } from './build/program.ts';
import { CheckPlaces } from './checks.ts';
import { flatten } from './flat/flatten.ts';
import type { Flat } from './flat/types.ts';
import { Layout } from './layout.ts';
import { Looks } from './looks.ts';
import { WireSlices } from './plan/dependencies.ts';
import { GridGroups } from './plan/groups.ts';
import { refuseLoops } from './plan/loops.ts';
import { usual, type Thresholds } from './thresholds.ts';

/** Tasks that simulations ask for again and again. */
type Repeated = Exclude<Task, { kind: 'look' }>;

export class Compiled {
  readonly library: Library;
  readonly layout = new Layout();
  readonly flat: Flat;
  readonly checks: CheckPlaces;
  readonly shared: Shared;
  readonly looks: Looks;
  private readonly modules = new Map<string, WebAssembly.Module>();

  /** @throws DesignError E0005 for a combinational loop; CapacityError when the state does not fit. */
  constructor(library: Library, thresholds: Thresholds = usual) {
    const { layout } = this;
    this.library = library;
    this.flat = flatten(library, layout, thresholds.replicas);
    this.checks = new CheckPlaces(this.flat, layout);
    const slices = new WireSlices();
    const groups = new GridGroups(this.flat, slices);
    refuseLoops(this.flat, groups);
    const { flat, checks } = this;
    this.shared = {
      flat, layout, slices, groups, checks, thresholds, constants: new Map(), ports: new Map(), early: new Set(), idleFlags: new Set(),
    };
    this.looks = new Looks(this.shared, (stores) => this.compile({ kind: 'look', stores }));
  }

  /** @throws CapacityError for what does not fit in code. */
  module(task: Repeated): WebAssembly.Module {
    const key = Object.values(task).join();
    let module = this.modules.get(key);
    if (module === undefined) this.modules.set(key, module = this.compile(task));
    return module;
  }

  private compile(task: Task): WebAssembly.Module { return new WebAssembly.Module(compile(this.shared, task)); }
}
