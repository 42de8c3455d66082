/** The half-built module that the language's calls add to. */
import type { Code } from '../diagnostics/catalogue.ts';
import { DesignError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { sameType, typeName } from '../ir/walk.ts';
import type {
  Clock,
  Edge,
  Grid,
  Instance,
  Memory,
  Module,
  Node,
  NodeId,
  Operation,
  Place,
  Port,
  Statement,
  StreamPorts,
  Type,
} from '../ir/types.ts';
import { isLater, show } from '../messages/show.ts';
import { raise } from '../messages/user-error.ts';
import { compact } from './compact.ts';
import { here } from './place.ts';

export interface Problem {
  readonly code: Code;
  readonly message: string;
  readonly help: string;
  readonly places?: Diagnostic['places'];
}

/** An instance, or the cells of a grid, in a module that is being built. */
export interface Child {
  readonly definition: Buildable;
  /** Its module's clock → this module's, as far as the designer named it. */
  readonly clocks: Readonly<Record<string, string>>;
  /** The surroundings' clock where it was made. */
  readonly clock: string;
  readonly place: Place;
}

/**
 * A leaf of the register or wire `name`: of its field `outer`, and, where that is a vector of bundles, of the field
 * `inner`.
 */
export interface PartOf {
  readonly name: string;
  readonly outer: readonly string[];
  readonly inner: string | null;
}

/** A module and what it has inside, by the instance's or grid's name. */
export interface Built {
  /** With all its clocks, used or not, and its instances on none. */
  readonly module: Module;
  /** Whether it uses a clock itself; it has clocks as well if something inside it has. */
  readonly usesClock: boolean;
  readonly children: ReadonlyMap<string, Child>;
}

/** Something that can be elaborated: `Definition`, which this file must not know. */
export interface Buildable {
  readonly name: string;
  readonly clocks: readonly Clock[];
  build(session: Session): Built;
}

/** A module and those around it, where it was met first. */
export interface Surroundings {
  readonly name: string;
  readonly outer: Surroundings | null;
  readonly depth: number;
}

/** The names from the outermost module's on. */
export function pathOf(innermost: Surroundings | null): string[] {
  const path: string[] = [];
  for (let at = innermost; at !== null; at = at.outer) path.push(at.name);
  return path.reverse();
}

/** No hierarchy that ends is as deep. */
const deepestHierarchy = 100_000;

/** Bodies run inside each other this far; those of modules further in wait until the call stack is free. */
const deepestCalls = 64;

/** One elaboration: what has been built, and what is wrong with it. */
export class Session {
  readonly diagnostics: Diagnostic[] = [];
  readonly built = new Map<Buildable, Built>();
  readonly monitors: boolean;
  /** What is built, or under way, or waiting, with what it is in. */
  readonly #met = new Map<Buildable, Surroundings>();
  readonly #waiting: Buildable[] = [];
  #calls = 0;
  /** The module whose body is running. */
  current: Surroundings | null = null;
  constructor(monitors: boolean) {
    this.monitors = monitors;
  }

  /** Has `definition` built, once: at once, or, deep in a hierarchy, when the bodies that are running have ended. */
  need(definition: Buildable): void {
    if (this.#met.has(definition)) return;
    const { current } = this;
    this.#met.set(definition, { name: definition.name, outer: current, depth: (current?.depth ?? 0) + 1 });
    if (this.#calls < deepestCalls) this.#run(definition);
    else this.#waiting.push(definition);
  }

  /** Builds `top` and everything that comes to be needed. @throws DesignError (E0020) for a hierarchy without end. */
  build(top: Buildable): void {
    this.need(top);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#run(next);
  }

  #run(definition: Buildable): void {
    const before = this.current;
    const here = this.#met.get(definition) ?? null;
    if (here !== null && here.depth > deepestHierarchy) {
      throw new DesignError([
        {
          code: 'E0020',
          message: `${definition.name} is in more than ${deepestHierarchy} modules inside each other`,
          path: pathOf(here).slice(0, 3),
          places: [],
          help: 'end the recursion: make no instance at the last level',
        },
      ]);
    }
    this.current = here;
    this.#calls++;
    try {
      this.built.set(definition, definition.build(this));
    } finally {
      this.#calls--;
      this.current = before;
    }
  }

  report(problem: Problem): void {
    this.diagnostics.push({
      code: problem.code,
      message: problem.message,
      help: problem.help,
      path: pathOf(this.current),
      places: problem.places ?? [{ what: 'here', place: here() }],
    });
  }
  /** @throws DesignError when anything was reported. */
  settle(): void {
    if (this.diagnostics.length > 0) throw new DesignError(this.diagnostics);
  }
}

/** What waveforms, Verilog and the ir's text take as a name. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
export const identifierHelp = 'use letters, digits and underscores, not beginning with a digit';

/**
 * `Module` while it grows. Children are kept by identity: their final names are only known when the whole design is put
 * together.
 */
export class ModuleBuilder {
  readonly name: string;
  readonly session: Session;
  readonly place: Place;
  readonly clocks: readonly Clock[];
  readonly ports: Port[] = [];
  readonly streams: StreamPorts[] = [];
  readonly nodes: Node[] = [];
  readonly memories: Memory[] = [];
  readonly instances: Instance[] = [];
  readonly grids: Grid[] = [];
  /** Maps, here and elsewhere, because a port may be called `__proto__`. */
  readonly outputs = new Map<string, NodeId>();
  readonly body: Statement[] = [];
  /** Instance or grid → what it is an instance of, and on which clocks. */
  readonly children = new Map<string, Child>();
  /** Registers and wires that are parts of a bundle or of a vector of them: see {@link PartOf}. */
  readonly leaves = new Map<NodeId, PartOf>();
  /** Called once the body has run, while the module is still current. */
  readonly finishers: (() => void)[] = [];
  clock: Clock;
  #statements: Statement[] = this.body;
  #under: Under | null = null;
  #nest = 0;
  /** The most `when`s and cases inside each other so far, and where the innermost is. */
  #deepest: { readonly nest: number; readonly place: Place | null } = { nest: 0, place: null };
  #names = new Map<string, Place | null>();
  readonly #numbers = new Map<string, number>();
  #interned = new Map<string, NodeId>();
  #clockUsed = false;
  readonly #seen = new Set<string>();
  readonly #doubtful = new Set<NodeId>();

  /** `clocks`: none only of a black box, in whose body nothing is made. */
  constructor(name: string, clocks: readonly Clock[], session: Session, place: Place) {
    this.name = name;
    this.clocks = clocks;
    this.clock = clocks[0] ?? { name: 'clk', reset: null };
    this.session = session;
    this.place = place;
  }

  report(problem: Problem): void {
    this.session.report(problem);
  }
  /** Whether nothing asked this about `what` before: for mistakes that are reported once. */
  firstTime(what: string): boolean {
    if (this.#seen.has(what)) return false;
    this.#seen.add(what);
    return true;
  }

  /** Reserves `name`; a second thing of that name is E0012. */
  claim(name: string, what: string, place: Place | null): void {
    if (!isIdentifier(name)) {
      this.report({
        code: 'E0012',
        message: `'${name}' is not an identifier`,
        help: identifierHelp,
        places: [{ what, place }],
      });
    }
    const other = this.#names.get(name);
    if (other !== undefined) {
      this.report({
        code: 'E0012',
        message: `two things are called ${name}`,
        help: 'give one of them another name',
        places: [
          { what, place },
          { what: `the first ${name}`, place: other },
        ],
      });
    }
    this.#names.set(name, place);
  }

  /** `wish`, or `wish_1`, `wish_2`, … where that is taken. */
  freeName(wish: string): string {
    if (!this.#names.has(wish)) return wish;
    // Names are never given back: those tried before are taken still.
    let n = this.#numbers.get(wish) ?? 1;
    while (this.#names.has(`${wish}_${n}`)) n++;
    this.#numbers.set(wish, n);
    return `${wish}_${n}`;
  }

  add(node: Node): NodeId {
    this.nodes.push(node);
    const id = this.nodes.length - 1;
    if (node.kind === 'op' && node.args.some((arg) => this.#doubtful.has(arg))) this.doubt(id);
    return id;
  }

  /** Marks a value as the outcome of a mistake that has been reported; what is worked out from it is doubtful too. */
  doubt(id: NodeId): void {
    this.#doubtful.add(id);
  }
  /** Whether complaining about this value would only repeat an earlier mistake. */
  isDoubtful(id: NodeId): boolean {
    return this.#doubtful.has(id);
  }
  /** A doubtful value of a type, for what a mistake has left without one. */
  standIn(type: Type): NodeId {
    const id = this.add({ kind: 'const', type, value: 0n, name: null, place: null });
    this.doubt(id);
    return id;
  }

  constant(type: Type, value: bigint): NodeId {
    return this.#intern(`const ${typeName(type)} ${value.toString(16)}`, type, () => ({
      kind: 'const',
      type,
      value,
      name: null,
      place: null,
    }));
  }

  /** An operation; the same one on the same arguments is made once. */
  op(op: Operation, type: Type, args: readonly NodeId[], low = 0): NodeId {
    return this.#intern(`${op} ${typeName(type)} ${low} ${args.join(' ')}`, type, () => ({
      kind: 'op',
      op,
      type,
      args,
      low,
      name: null,
      place: here(),
    }));
  }

  /** A grid's output; the same one is made once. */
  gridOutput(grid: string, port: string, edge: Edge | 'cells', type: Type): NodeId {
    return this.#intern(`grid ${grid} ${edge} ${port}`, type, () => ({
      kind: 'gridOutput',
      type,
      grid,
      port,
      edge,
      name: null,
      place: here(),
    }));
  }

  #intern(key: string, type: Type, make: () => Node): NodeId {
    const known = this.#interned.get(key);
    const there = known === undefined ? undefined : this.nodes[known];
    // Two enumerations can share a name, and so a key.
    if (known !== undefined && there !== undefined && sameType(there.type, type)) return known;
    const id = this.add(make());
    this.#interned.set(key, id);
    return id;
  }

  /** Gives an anonymous operation a name, or makes an alias of a node that cannot take it. */
  rename(id: NodeId, name: string): NodeId {
    const node = this.nodes[id];
    if (node === undefined) throw new RangeError(`no node ${id}`);
    const place = here();
    this.claim(name, name, place);
    if (node.kind === 'op' && node.name === null) {
      this.nodes[id] = { ...node, name };
      return id;
    }
    return this.add({ kind: 'op', op: 'cast', type: node.type, args: [id], low: 0, name, place });
  }

  /** The current clock's name; the module has a clock from now on. */
  useClock(): string {
    this.#clockUsed = true;
    return this.clock.name;
  }

  statement(statement: Statement): void {
    this.#statements.push(statement);
  }
  /** Whether `statement` is the one made last where statements go now. */
  isLast(statement: Statement): boolean {
    return this.#statements.at(-1) === statement;
  }

  /** Runs `body`, that of `what` at `place`, with its statements going into a new list, under the condition `under`. */
  block(under: Under, place: Place | null, body: unknown, what: string): Statement[] {
    const [statements, outer] = [this.#statements, this.#under];
    const inner: Statement[] = [];
    this.#statements = inner;
    this.#under = under;
    if (++this.#nest > this.#deepest.nest) this.#deepest = { nest: this.#nest, place };
    try {
      runBody(body, what);
    } finally {
      this.#nest--;
      this.#statements = statements;
      this.#under = outer;
    }
    return inner;
  }

  /** What must hold for the statements here to run; null at the top of the body. */
  get under(): Under | null {
    return this.#under;
  }
  get deepest(): { readonly nest: number; readonly place: Place | null } {
    return this.#deepest;
  }

  finish(blackBox: Module['blackBox']): Built {
    const module: Module = {
      name: this.name,
      clocks: this.clocks,
      ports: this.ports,
      streams: this.streams,
      nodes: this.nodes,
      memories: this.memories,
      instances: this.instances,
      grids: this.grids,
      body: this.body,
      outputs: Object.fromEntries(this.outputs),
      blackBox,
      place: this.place,
    };
    // After a mistake nodes can refer to nothing; the module is thrown away then.
    const sound = this.session.diagnostics.length === 0 ? compact(module) : module;
    return { module: sound, usesClock: this.#clockUsed || blackBox !== null, children: this.children };
  }
}

/**
 * A condition inside those of `outer`; its node is made when someone asks. Arms of one chain share what they are under.
 */
export class Under {
  readonly outer: Under | null;
  readonly #test: () => NodeId;
  #all: NodeId | null = null;
  constructor(outer: Under | null, test: () => NodeId) {
    this.outer = outer;
    this.#test = test;
  }

  /** A condition and all those around it as one node of `builder`; null where there are none. */
  static all(under: Under | null, builder: ModuleBuilder): NodeId | null {
    const unknown: Under[] = [];
    let known = under;
    for (; known !== null && known.#all === null; known = known.outer) unknown.push(known);
    let all = known === null ? null : known.#all;
    for (const each of unknown.reverse()) {
      const test = each.#test();
      all = all === null ? test : builder.op('and', { kind: 'uint', width: 1 }, [all, test]);
      each.#all = all;
    }
    return all;
  }
}

const stack: ModuleBuilder[] = [];

/** The module whose body is running. @throws DesignError (E0017) outside any body. */
export function current(what: string): ModuleBuilder {
  const builder = stack.at(-1);
  if (builder === undefined) {
    return refuse({
      code: 'E0017',
      message: `${what} is made outside the body of a module`,
      places: [{ what, place: here() }],
      help: 'move it into the function given to module(…)',
    });
  }
  return builder;
}

/** Ends the elaboration with a mistake after which nothing sensible could be made. @throws DesignError */
export function refuse(problem: Problem): never {
  const path = pathOf(stack.at(-1)?.session.current ?? null);
  return raise(new DesignError([{ ...problem, path, places: problem.places ?? [{ what: 'here', place: here() }] }]));
}

/** `given` as a name; E0012 where it is no text. `what`: the thing that gets it. */
export function nameOf(given: unknown, what: string): string {
  if (typeof given === 'string') return given;
  return refuse({
    code: 'E0012',
    message: `${what} is called ${show(given)}`,
    help: "a name is a text, as in reg('count', uint(8))",
  });
}

/**
 * Runs what a designer wrote for `what` and returns what it returns. E0002 where it is no function; E0017 where it ends
 * later: what stands behind an `await` or in a generator would be made after the body, or never.
 */
export function runBody(body: unknown, what: string, ...given: readonly unknown[]): unknown {
  // Of all functions only classes, which cannot be called, have a prototype that cannot be replaced.
  if (typeof body !== 'function' || Object.getOwnPropertyDescriptor(body, 'prototype')?.writable === false) {
    return refuse({
      code: 'E0002',
      message: `${what} takes ${show(body)} where a function is expected`,
      help: 'write what belongs there as () => { … }',
    });
  }
  const result: unknown = Reflect.apply(body, undefined, given);
  if (!isLater(result)) return result;
  // What it throws later has no one to hear it.
  if (result instanceof Promise) result.catch(() => {});
  return refuse({
    code: 'E0017',
    message: `${what} returns ${show(result)}: what it makes later would be outside the module`,
    help: 'a body runs once and at once, without async, await, function* and yield; what takes cycles is a register or a machine',
  });
}

/** Adds a mistake to those of the elaboration that is running. @throws DesignError with it alone where none is. */
export function report(problem: Problem): void {
  const builder = stack.at(-1);
  if (builder !== undefined) return builder.report(problem);
  refuse(problem);
}

export function runInside<T>(builder: ModuleBuilder, body: () => T): T {
  stack.push(builder);
  try {
    return body();
  } finally {
    stack.pop();
  }
}
