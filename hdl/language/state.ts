/** Registers and wires. */
import type { NodeId } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import { current, nameOf, runBody, type ModuleBuilder } from './builder.ts';
import { show } from '../messages/show.ts';
import { shapeOfValue, StructShape } from './bundle.ts';
import { when } from './control.ts';
import { optionsGiven, recordGiven } from './given.ts';
import { isSize, Node, pattern, placesOf, type Given } from './node.ts';
import { here, placedAt } from './place.ts';
import { shapeOf, type ShapeImpl } from './shape.ts';
import { surface } from './surface.ts';
import type { BitIn, Immediate, InputOf, Reg, Shape } from './types.ts';
import { patterns } from './values.ts';
import { VecShape } from './vector.ts';

/** The name of one leaf of a value called `name`: `hold`, `hold_addr`. */
export function leafName(name: string, path: readonly string[]): string {
  return [name, ...path].join('_');
}

/** A register or wire as the nodes that it is made of. */
export interface Assignable {
  readonly nodes: readonly Node[];
  readonly shape: ShapeImpl;
  readonly name: string;
}

/** Adds the statements that give `value` to a register or wire. */
export function assign({ nodes, shape, name }: Assignable, value: Given): void {
  const builder = current(`an assignment of ${name}`);
  const place = here();
  const values = placedAt(place, () => shape.unwrap(value, (given) => `${name} takes ${given}`, nodes[0]));
  nodes.forEach((node, i) => {
    if (node.builder !== builder) {
      builder.report({
        code: 'E0016',
        message: `${node.description} belongs to module ${node.builder.name}, and is assigned in ${builder.name}`,
        help: `give the value to ${node.builder.name} through a port`,
        places: placesOf(`assigned in ${builder.name}`, node),
      });
      return;
    }
    builder.statement({ kind: 'assign', target: node.id, value: values[i]?.id ?? node.id, place });
  });
}

/** The value with its `next`, and, of a bundle, its fields with theirs. */
function assignable(target: Assignable): unknown {
  const { shape, nodes, name } = target;
  const value: unknown = shape instanceof StructShape ? fieldsOf(shape, nodes, name) : shape.wrap(nodes);
  if (typeof value === 'object' && value !== null)
    Object.defineProperty(value, 'next', {
      set: (next: Given) => {
        assign(target, next);
      },
    });
  return value;
}

function fieldsOf(shape: StructShape, nodes: readonly Node[], name: string): Record<string, unknown> {
  let at = 0;
  return Object.fromEntries(
    shape.fields.map(([key, field]) => [
      key,
      assignable({ shape: field, nodes: nodes.slice(at, (at += field.leaves.length)), name: leafName(name, [key]) }),
    ]),
  );
}

/** Keeps how a designer gets at the leaf `id` of the register or wire `name`, for messages. */
function noteLeaf(builder: ModuleBuilder, id: NodeId, name: string, shape: ShapeImpl, path: readonly string[]): void {
  const outer: string[] = [];
  let at: ShapeImpl | undefined = shape;
  let rest = path;
  for (let [field] = rest; at instanceof StructShape && field !== undefined; [field] = rest) {
    const wanted: string = field;
    at = at.fields.find(([key]) => key === wanted)?.[1];
    outer.push(wanted);
    rest = rest.slice(1);
  }
  const [inner = null, ...deeper] = rest;
  const plain = inner === null || (deeper.length === 0 && at instanceof VecShape && at.element instanceof StructShape);
  if (path.length > 0 && plain) builder.leaves.set(id, { name, outer, inner });
}

export interface RegOptions<I> {
  /** What it starts with and what reset restores; zeros where not given. */
  readonly reset?: I;
  /** Whether the clock's reset restores it (true). A register in a data path often does without. */
  readonly resettable?: boolean;
}

interface MakeOptions {
  readonly reset?: unknown;
  readonly resettable?: boolean | undefined;
  readonly synchroniser?: boolean;
}

function makeReg(name: string, shape: ShapeImpl, options: MakeOptions): Assignable {
  const builder = current(`register ${nameOf(name, 'a register')}`);
  const place = here();
  const { resettable = true, synchroniser = false } = options;
  if (typeof resettable !== 'boolean')
    builder.report({
      code: 'E0002',
      message: `resettable of ${name} is ${show(resettable)}`,
      help: 'write true or false',
    });
  const resets = patterns(shape, options.reset, name);
  const nodes = shape.leaves.map((leaf, i) => {
    const leafed = leafName(name, leaf.path);
    builder.claim(leafed, 'register', place);
    const id = builder.add({
      kind: 'reg',
      type: leaf.type,
      name: leafed,
      clock: builder.useClock(),
      reset: pattern(resets[i] ?? 0n, typeWidth(leaf.type)),
      resettable,
      synchroniser,
      place,
    });
    noteLeaf(builder, id, name, shape, leaf.path);
    return new Node(builder, id, leaf.type);
  });
  return { nodes, shape, name };
}

/**
 * A register called `name`, of the current clock: keeps its value unless `next` is assigned, and shows what it is
 * assigned one cycle later. A struct makes one register for each field, `name_field`.
 * @throws DesignError E0003 for a reset value out of range, E0009 where nothing assigns it, E0012 for a name that is
 * taken.
 */
export function reg<T, I>(name: string, shape: Shape<T, I>, options: RegOptions<NoInfer<I>> = {}): Reg<T, I> {
  optionsGiven(options, 'reg', `write reg('count', uint(8), { reset: 3 })`);
  return surface(assignable(makeReg(name, shapeOf(shape), options)));
}

type RegSpecs = Readonly<Record<string, Shape | readonly [shape: Shape, reset: unknown]>>;
type ShapeIn<P> = P extends readonly [infer S, unknown] ? S : P;
type RegsOf<S> = { readonly [K in keyof S]: ShapeIn<S[K]> extends Shape<infer T, infer I> ? Reg<T, I> : never };
/** Holds each reset value against its shape. */
type WithResets<S> = {
  readonly [K in keyof S]: S[K] extends readonly [infer Kind, unknown] ? readonly [Kind, InputOf<Kind>] : S[K];
};

/**
 * Registers named by the keys: a shape (reset to zeros), or `[shape, reset value]`. Each is as {@link reg} makes it.
 */
export function regs<const S extends RegSpecs>(specs: S & WithResets<S>): RegsOf<S> {
  recordGiven(specs, 'regs', 'name the registers: regs({ count: uint(8), mode: [uint(2), 1] })');
  const made = placedAt(here(), () =>
    Object.entries<RegSpecs[string]>(specs).map(([name, spec]) => {
      const [shape, reset]: readonly [Shape, unknown?] = isPair(spec) ? spec : [spec];
      return [name, assignable(makeReg(name, shapeOf(shape), { reset }))] as const;
    }),
  );
  return surface(Object.fromEntries(made));
}

function isPair(spec: RegSpecs[string]): spec is readonly [Shape, unknown] {
  return Array.isArray(spec);
}

export interface DelayOptions extends RegOptions<unknown> {
  /** Takes the value only where this is 1. */
  readonly enable?: BitIn;
  /** How many registers in a row (1). */
  readonly cycles?: number;
}

/**
 * `value` one cycle (or `cycles`) later, in a register called `name`; those before it are `name_1`, `name_2`, … With
 * `cycles: 0` it is the value itself. @throws DesignError E0002 for a literal, E0004 for cycles that are no whole
 * number.
 */
export function delay<T>(name: string, value: T, options: DelayOptions = {}): T {
  optionsGiven(options, 'delay', `write delay('late', value, { cycles: 2 })`);
  const shape = shapeOfValue(value);
  nameOf(name, 'a delay');
  const { cycles = 1 } = options;
  if (cycles !== 0 && !isSize(cycles)) {
    current('delay').report({
      code: 'E0004',
      message: `delay ${name} of ${show(cycles)} cycles`,
      help: 'use a whole number from 0',
    });
    return value;
  }
  return placedAt(here(), () => {
    let given: Given = value;
    for (let i = 0; i < cycles; i++) {
      const target = makeReg(i === cycles - 1 ? name : current('delay').freeName(`${name}_${i + 1}`), shape, options);
      if (options.enable === undefined) assign(target, given);
      else when(options.enable, () => assign(target, given));
      given = target.shape.wrap(target.nodes);
    }
    return surface(given);
  });
}

/**
 * A bit or number of another clock domain brought into the current one through `stages` (2) registers in a row. Numbers
 * must change by one bit at a time (Gray code) to arrive whole. @returns the value, `stages` cycles of the current
 * clock later.
 */
export function synchronise<T>(name: string, value: T, stages = 2): T {
  const shape = shapeOfValue(value);
  if (!isSize(stages)) {
    current('synchronise').report({
      code: 'E0004',
      message: `synchronise ${nameOf(name, 'a register')} in ${show(stages)} stages`,
      help: 'use a whole number from 1; two or three are usual',
    });
    return value;
  }
  const first = makeReg(name, shape, { synchroniser: true });
  assign(first, value);
  const settled: T = surface(first.shape.wrap(first.nodes));
  return stages > 1 ? delay(`${name}_stable`, settled, { cycles: stages - 1 }) : settled;
}

/** Registers, memories and checks made inside `body` belong to `clock`, one of the module's clocks. */
export function inClock<R>(clock: string, body: (() => R) & Immediate<R>): R {
  const builder = current('inClock');
  nameOf(clock, 'a clock');
  const run = (): R => surface(runBody(body, `inClock('${clock}')`));
  const found = builder.clocks.find((c) => c.name === clock);
  if (found === undefined) {
    if (builder.firstTime(`clock ${clock}`))
      builder.report({
        code: 'E0014',
        message: `module ${builder.name} has no clock '${clock}'`,
        help: `its clocks are ${builder.clocks.map((c) => c.name).join(', ')}`,
      });
    return run();
  }
  const before = builder.clock;
  builder.clock = found;
  try {
    return run();
  } finally {
    builder.clock = before;
  }
}

export interface WireOptions<I> {
  /** What it is where nothing assigns it; without one, every path must. */
  readonly default?: I;
}

/**
 * A combinational value called `name`, assigned by `next` and read in the same cycle.
 * @throws DesignError E0005 where it depends on itself, E0006 where nothing assigns it, E0008 where it has no default
 * and some path does not.
 */
export function wire<T, I>(name: string, shape: Shape<T, I>, options: WireOptions<NoInfer<I>> = {}): Reg<T, I> {
  optionsGiven(options, 'wire', `write wire('open', bit, { default: 0 })`);
  return surface(assignable(makeWire(name, shapeOf(shape), options.default)));
}

export function makeWire(name: string, shape: ShapeImpl, fallback: Given): Assignable {
  const builder = current(`wire ${nameOf(name, 'a wire')}`);
  const place = here();
  const fallbacks = fallback === undefined ? null : shape.unwrap(fallback, (given) => `default of ${name} is ${given}`);
  const nodes = shape.leaves.map((leaf, i) => {
    const leafed = leafName(name, leaf.path);
    builder.claim(leafed, 'wire', place);
    const id = builder.add({
      kind: 'wire',
      type: leaf.type,
      name: leafed,
      fallback: fallbacks?.[i]?.id ?? null,
      place,
    });
    noteLeaf(builder, id, name, shape, leaf.path);
    return new Node(builder, id, leaf.type);
  });
  return { nodes, shape, name };
}

/**
 * Gives an expression a name that waveforms and Verilog show; costs nothing. @throws DesignError E0002 for a literal,
 * E0012 for a name that is taken.
 */
export function named<T>(name: string, value: T): T {
  nameOf(name, 'a value');
  const shape = shapeOfValue(value);
  const nodes = shape.unwrap(value, (given) => `named ${name}: ${given}`);
  const renamed = ({ builder, id, type }: Node, i: number): Node =>
    new Node(builder, builder.rename(id, leafName(name, shape.leaves[i]?.path ?? [])), type);
  return surface(shape.wrap(placedAt(here(), () => nodes.map(renamed))));
}
