/** The half-built module that the language's calls add to. */
import type { Code } from '../diagnostics/catalogue.ts';
import { DesignError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { sameType, typeName } from '../ir/walk.ts';
import type {
  Clock, Edge, Grid, Instance, Memory, Module, Node, NodeId, Operation, Place, Port, Statement, StreamPorts, Type,
} from '../ir/types.ts';
import { compact } from './compact.ts';
import { here } from './place.ts';

export interface Problem { readonly code: Code; readonly message: string; readonly help: string; readonly places?: Diagnostic['places'] }

/** Something that can be elaborated: `Definition`, which this file must not know. */
export interface Buildable {
  readonly name: string;
  build(session: Session): { readonly module: Module; readonly children: ReadonlyMap<string, Buildable> };
}

interface Built { readonly definition: Buildable; readonly module: Module; readonly children: ReadonlyMap<string, Buildable> }

/** One elaboration: what has been built, children before parents, and what is wrong with it. */
export class Session {
  readonly diagnostics: Diagnostic[] = [];
  readonly built: Built[] = [];
  readonly monitors: boolean;
  readonly #modules = new Map<Buildable, Module>();
  readonly #open = new Set<Buildable>();
  constructor(monitors: boolean) { this.monitors = monitors; }

  /** Elaborates `definition`, once. @throws DesignError (E0020) when it is inside itself. */
  build(definition: Buildable): Module {
    const known = this.#modules.get(definition);
    if (known !== undefined) return known;
    if (this.#open.has(definition)) {
      throw new DesignError([{
        code: 'E0020', message: `${definition.name} contains itself`, path: [...this.path, definition.name], places: [{ what: 'instantiated here', place: here() }],
        help: 'end the recursion: make another definition for each level, and none at the last',
      }]);
    }
    this.#open.add(definition);
    const made = definition.build(this);
    this.#open.delete(definition);
    this.#modules.set(definition, made.module);
    this.built.push({ definition, ...made });
    return made.module;
  }

  /** Modules whose bodies are running, outermost first. */
  readonly path: string[] = [];
  report(problem: Problem): void {
    this.diagnostics.push({
      code: problem.code, message: problem.message, help: problem.help, path: [...this.path],
      places: problem.places ?? [{ what: 'here', place: here() }],
    });
  }
  /** @throws DesignError when anything was reported. */
  settle(): void {
    if (this.diagnostics.length > 0) throw new DesignError(this.diagnostics);
  }
}

/** What waveforms, Verilog and the ir's text take as a name. */
export function isIdentifier(name: string): boolean { return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name); }
export const identifierHelp = 'use letters, digits and underscores, not beginning with a digit';

/** `Module` while it grows. Children are kept by identity: their final names are only known when the whole design is put together. */
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
  /** Instance or grid → what it is an instance of. */
  readonly children = new Map<string, Buildable>();
  /** Called once the body has run, while the module is still current. */
  readonly finishers: (() => void)[] = [];
  clock: Clock;
  #statements: Statement[] = this.body;
  #conditions: NodeId[] = [];
  #names = new Map<string, Place | null>();
  #interned = new Map<string, NodeId>();
  #clockUsed = false;
  readonly #seen = new Set<string>();
  readonly #doubtful = new Set<NodeId>();

  constructor(name: string, clocks: readonly [Clock, ...Clock[]], session: Session, place: Place) {
    this.name = name;
    this.clocks = clocks;
    this.clock = clocks[0];
    this.session = session;
    this.place = place;
  }

  report(problem: Problem): void { this.session.report(problem); }
  /** Whether nothing asked this about `what` before: for mistakes that are reported once. */
  firstTime(what: string): boolean {
    if (this.#seen.has(what)) return false;
    this.#seen.add(what);
    return true;
  }

  /** Reserves `name`; a second thing of that name is E0012. */
  claim(name: string, what: string, place: Place | null): void {
    if (!isIdentifier(name)) {
      this.report({ code: 'E0012', message: `'${name}' is not an identifier`, help: identifierHelp, places: [{ what, place }] });
    }
    const other = this.#names.get(name);
    if (other !== undefined) {
      this.report({ code: 'E0012', message: `two things are called ${name}`, help: 'give one of them another name', places: [{ what, place }, { what: `the first ${name}`, place: other }] });
    }
    this.#names.set(name, place);
  }

  /** `wish`, or `wish_1`, `wish_2`, … where that is taken. */
  freeName(wish: string): string {
    let name = wish;
    for (let n = 1; this.#names.has(name); n++) name = `${wish}_${n}`;
    return name;
  }

  add(node: Node): NodeId {
    this.nodes.push(node);
    const id = this.nodes.length - 1;
    if (node.kind === 'op' && node.args.some((arg) => this.#doubtful.has(arg))) this.doubt(id);
    return id;
  }

  /** Marks a value as the outcome of a mistake that has been reported; what is worked out from it is doubtful too. */
  doubt(id: NodeId): void { this.#doubtful.add(id); }
  /** Whether complaining about this value would only repeat an earlier mistake. */
  isDoubtful(id: NodeId): boolean { return this.#doubtful.has(id); }
  /** A doubtful value of a type, for what a mistake has left without one. */
  standIn(type: Type): NodeId {
    const id = this.add({ kind: 'const', type, value: 0n, name: null, place: null });
    this.doubt(id);
    return id;
  }

  constant(type: Type, value: bigint): NodeId {
    return this.#intern(`const ${typeName(type)} ${value.toString(16)}`, type, () => ({ kind: 'const', type, value, name: null, place: null }));
  }

  /** An operation; the same one on the same arguments is made once. */
  op(op: Operation, type: Type, args: readonly NodeId[], low = 0): NodeId {
    return this.#intern(`${op} ${typeName(type)} ${low} ${args.join(' ')}`, type, () => ({ kind: 'op', op, type, args, low, name: null, place: here() }));
  }

  /** A grid's output; the same one is made once. */
  gridOutput(grid: string, port: string, edge: Edge | 'cells', type: Type): NodeId {
    return this.#intern(`grid ${grid} ${edge} ${port}`, type, () => ({ kind: 'gridOutput', type, grid, port, edge, name: null, place: here() }));
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

  statement(statement: Statement): void { this.#statements.push(statement); }
  /** Whether `statement` is the one made last where statements go now. */
  isLast(statement: Statement): boolean { return this.#statements.at(-1) === statement; }

  /** Runs `body` with its statements going into a new list, under `conditions`. */
  block(conditions: readonly NodeId[], body: () => void): Statement[] {
    const [statements, outer] = [this.#statements, this.#conditions];
    const inner: Statement[] = [];
    this.#statements = inner;
    this.#conditions = [...outer, ...conditions];
    try { body(); } finally { this.#statements = statements; this.#conditions = outer; }
    return inner;
  }

  /** What must hold for the statements here to run; empty at the top of the body. */
  get conditions(): readonly NodeId[] { return this.#conditions; }

  finish(blackBox: Module['blackBox']): Module {
    const clocks = this.#clockUsed || blackBox !== null ? this.clocks : [];
    const ports = clocks.length > 0 ? this.ports : this.ports.map((port) => ({ ...port, clock: null }));
    const module: Module = {
      name: this.name, clocks, ports, streams: this.streams, nodes: this.nodes, memories: this.memories, instances: this.instances,
      grids: this.grids, body: this.body, outputs: Object.fromEntries(this.outputs), blackBox, place: this.place,
    };
    // After a mistake nodes can refer to nothing; the module is thrown away then.
    return this.session.diagnostics.length === 0 ? compact(module) : module;
  }
}

const stack: ModuleBuilder[] = [];

/** The module whose body is running. @throws DesignError (E0017) outside any body. */
export function current(what: string): ModuleBuilder {
  const builder = stack.at(-1);
  if (builder === undefined) {
    throw new DesignError([{
      code: 'E0017', message: `${what} is made outside the body of a module`, path: [],
      places: [{ what, place: here() }], help: 'move it into the function given to module(…)',
    }]);
  }
  return builder;
}

/** Adds a mistake to those of the elaboration that is running. @throws DesignError with it alone where none is. */
export function report(problem: Problem): void {
  const builder = stack.at(-1);
  if (builder !== undefined) return builder.report(problem);
  throw new DesignError([{ ...problem, path: [], places: problem.places ?? [{ what: 'here', place: here() }] }]);
}

export function runInside<T>(builder: ModuleBuilder, body: () => T): T {
  stack.push(builder);
  builder.session.path.push(builder.name);
  try { return body(); } finally { stack.pop(); builder.session.path.pop(); }
}
