/**
 * Random designs that are well formed: every value uses only earlier ones, registers, or outputs of what uses only
 * earlier ones.
 */
import type { Clock, Design, Edge, Grid, GridSource, Module, NodeId, Statement, Type } from '../../ir/types.ts';
import { gridSourceType, typeWidth } from '../../ir/walk.ts';
import { assignment, bit, designOf, draft, sint, uint, vec, writing, type Draft } from '../testing-designs.ts';
import type { Choices } from './choices.ts';
import { allTypes, laneTypes, numberTypes, state, vectorTypes } from './types.ts';
import { Values } from './values.ts';

const oneClock: readonly Clock[] = [{ name: 'clk', reset: 'rst' }];
const twoClocks: readonly Clock[] = [...oneClock, { name: 'aux', reset: null }];

/** A design of up to three modules; often one of them is a plain cell and the top module an array of it. */
export function circuit(choices: Choices): Design {
  const modules: Module[] = [];
  const clocks = choices.chance(1, 2) ? twoClocks : oneClock;
  if (choices.chance(1, 2)) {
    const cell = moduleOf('cell', { known: [], types: laneTypes, clocks }, choices);
    return designOf(
      cell,
      moduleOf('top', { known: [cell], types: [...laneTypes, vec(17, uint(8)), vec(17, sint(32))], clocks }, choices),
    );
  }
  const count = choices.below(3);
  for (let i = 0; i < count; i++) modules.push(moduleOf(`m${i}`, { known: modules, types: allTypes, clocks }, choices));
  return designOf(...modules, moduleOf('top', { known: modules, types: allTypes, clocks }, choices));
}

interface Target {
  readonly id: NodeId;
  readonly before: number;
}

interface Setting {
  readonly known: readonly Module[];
  readonly types: readonly Type[];
  readonly clocks: readonly Clock[];
}

function moduleOf(name: string, { known, types, clocks }: Setting, choices: Choices): Module {
  const inputs = Object.fromEntries(
    Array.from({ length: 1 + choices.below(3) }, (_, i) => [`i${i}`, choices.of(types)]),
  );
  return draft(
    name,
    inputs,
    (m, input) => {
      const values = new Values(m, choices, types);
      for (const port of Object.keys(inputs)) values.add(input(port));
      return fill(m, values, { known, types, clocks }, choices);
    },
    clocks,
  );
}

function fill(m: Draft, values: Values, { known, clocks }: Setting, choices: Choices): Record<string, NodeId> {
  const second = clocks.at(-1)?.name ?? 'clk';
  const clock = (): string => choices.of(['clk', 'clk', 'clk', second]);
  const registers: { id: NodeId; clock: string }[] = [];
  for (let i = choices.below(5); i > 0; i--) {
    const type = choices.of(values.types);
    const own = clock();
    registers.push({
      id: values.add(
        m.reg(values.name('r'), type, {
          clock: own,
          reset: choices.bits(typeWidth(type)),
          resettable: choices.chance(2, 3),
        }),
      ),
      clock: own,
    });
  }
  // Registers that take their input, as the cells of an array do.
  const delayed = new Map<string, NodeId>();
  const ports = m.nodes.flatMap((node, id) => (node.kind === 'input' ? [{ id, node }] : []));
  for (const { id, node } of ports) {
    if (!choices.chance(1, 2)) continue;
    const own = clock();
    const register = values.add(m.reg(values.name('d'), node.type, { clock: own }));
    delayed.set(node.port, register);
    registers.push({ id: register, clock: own });
    m.assign(register, id);
  }
  // What works on several cells at once knows few types.
  const plain = known.length === 0 && values.types === laneTypes;
  const wires: Target[] = [];
  const memories: string[] = [];
  for (let i = choices.below(40); i > 0 && !choices.done; i--) {
    switch (choices.below(plain ? 20 : 12)) {
      case 1:
      case 2:
        wires.push(wire(m, values, choices));
        break;
      case 3:
        memories.push(memory(m, values, choices));
        break;
      case 4:
        read(m, values, memories, second, choices);
        break;
      case 5:
        if (known.length > 0) instance(m, values, choices.of(known), clockMap(clocks, choices), choices);
        break;
      case 6:
        if (known.length > 0) grid(m, values, choices.of(known), clockMap(clocks, choices), choices);
        break;
      default:
        values.operation();
    }
  }
  // The body reads only what is there by now, and wires only what was there before them.
  const operands = values.pool.slice();
  for (let i = choices.below(8); i > 0; i--)
    m.body.push(
      ...statements(m, values, { registers, wires, memories, operands, second, depth: 0, before: Infinity }, choices),
    );
  for (let i = choices.below(3); i > 0; i--)
    m.check(
      choices.of(['cover', 'cover', 'assert']),
      choices.chance(1, 2) ? values.of(bit) : m.op('orReduce', bit, [values.any()]),
      `check ${i}`,
      clock(),
    );
  const outputs = Array.from({ length: 1 + choices.below(3) }, (_, i) => [`o${i}`, values.any()] as const);
  // Outputs of the inputs' types: what a grid needs to wire cells to their neighbours.
  const passed = choices.chance(2, 3)
    ? ports.map(
        ({ id, node }) => [`p_${node.port}`, delayed.get(node.port) ?? passedOn(m, values, id, choices)] as const,
      )
    : [];
  return Object.fromEntries([...outputs, ...passed]);
}

/** What a cell hands on of an input within the cycle: often what all cells before it gave, put together. */
function passedOn(m: Draft, values: Values, input: NodeId, choices: Choices): NodeId {
  const type = m.type(input);
  if ((type.kind !== 'uint' && type.kind !== 'sint') || choices.chance(1, 2)) return values.of(type);
  return m.op(
    choices.of(['add', 'xor', 'or', 'and']),
    type,
    choices.chance(1, 2) ? [input, values.of(type)] : [values.of(type), input],
  );
}

function wire(m: Draft, values: Values, choices: Choices): Target {
  const fallback = choices.chance(1, 2) ? values.any() : values.of(choices.of(values.types));
  const before = m.nodes.length;
  return { id: values.add(m.wire(values.name('w'), m.type(fallback), fallback)), before };
}

function memory(m: Draft, values: Values, choices: Choices): string {
  const word = choices.of(values.types === laneTypes ? laneTypes : [...numberTypes, ...vectorTypes]);
  const width = typeWidth(word);
  const name = values.name('mem');
  const lanes = choices.of([1, 2, 3, 4, 5, 8, 16, width].filter((n) => width % n === 0));
  m.memory({
    name,
    word,
    lanes,
    depth: choices.of([4, 1, 3, 8, 13]),
    readDuringWrite: choices.of(['old', 'new', 'undefined']),
    init: Array.from({ length: choices.below(3) }, () => choices.bits(width)).slice(0, 1),
  });
  return name;
}

const addressOf = (values: Values, choices: Choices): NodeId => values.of(uint(choices.of([2, 1, 4, 40])));

function read(m: Draft, values: Values, memories: readonly string[], second: string, choices: Choices): void {
  if (memories.length === 0) return;
  const name = choices.of(memories);
  const word = m.memories.find((one) => one.name === name)?.word ?? bit;
  const clock = choices.of(['clk', null, second]);
  values.add(
    m.read(name, word, addressOf(values, choices), {
      clock,
      enable: clock !== null && choices.chance(1, 2) ? values.of(bit) : null,
      name: values.name('q'),
    }),
  );
}

type ClockMap = Readonly<Record<string, string>>;

function clockMap(clocks: readonly Clock[], choices: Choices): ClockMap {
  return clocks.length === 1
    ? { clk: 'clk' }
    : choices.of<ClockMap>([
        { clk: 'clk', aux: 'aux' },
        { clk: 'clk', aux: 'clk' },
        { clk: 'aux', aux: 'clk' },
      ]);
}

function instance(m: Draft, values: Values, module: Module, clocks: ClockMap, choices: Choices): void {
  const ports = module.ports.filter(({ direction }) => direction === 'in');
  // Several of one definition may share their code.
  for (let copies = choices.of([1, 1, 1, 2, 2, 3]); copies > 0; copies--) {
    const inputs = Object.fromEntries(ports.map(({ name, type }) => [name, values.of(type)]));
    const of = m.instance(values.name('u'), module, inputs, clocks);
    for (const { name, direction } of module.ports) if (direction === 'out') values.add(of(name));
  }
}

function grid(m: Draft, values: Values, module: Module, clocks: ClockMap, choices: Choices): void {
  const shape = choices.of<Grid['shape']>(['full', 'full', 'lower', 'upper']);
  const cols = choices.of([2, 9, 17, 16, 33, 4, 6, 1, 3]);
  const rows = shape === 'full' ? choices.of([1, 2, 3]) : cols;
  // One side, or two that meet in a corner: values that ran both ways along an axis would need an order of their own.
  const sides = choices.of<readonly Edge[]>([
    ['west', 'north'],
    ['west'],
    ['east', 'north'],
    ['south', 'west'],
    ['east', 'south'],
  ]);
  const outputs = module.ports.filter(({ direction }) => direction === 'out');
  let before: ((port: string, edge: Edge | 'cells') => NodeId) | null = null;
  // Several of a shape may become one, where a cell takes what the one in its place gives.
  for (let copies = shape === 'full' ? choices.of([1, 1, 1, 2, 2, 3]) : 1; copies > 0; copies--) {
    const inputs: Record<string, GridSource> = {};
    for (const { name, direction, type } of module.ports) {
      if (direction === 'out') continue;
      const port = outputs.find((output) => JSON.stringify(output.type) === JSON.stringify(type));
      if (before !== null && port !== undefined && choices.chance(1, 2)) {
        inputs[name] =
          rows === 1
            ? { from: 'column', node: before(port.name, choices.of(['south', 'north'])) }
            : { from: 'cell', node: before(port.name, 'cells') };
        continue;
      }
      const from = choices.of([
        ...(port === undefined ? [] : [...sides, ...sides]),
        'all',
        'row',
        'column',
        'cell',
      ] as const);
      const node = values.of(gridSourceType({ rows, cols }, from, type));
      inputs[name] =
        from === 'all' || from === 'row' || from === 'column' || from === 'cell'
          ? { from, node }
          : { from, port: port?.name ?? '', edge: node };
    }
    const of = m.grid(module, { name: values.name('g'), rows, cols, shape, inputs });
    const own = m.grids.at(-1);
    if (own !== undefined) m.grids[m.grids.length - 1] = { ...own, clocks };
    for (const { name } of outputs) {
      for (const edge of choices.of<readonly (Edge | 'cells')[]>([
        ['east'],
        ['south'],
        ['west', 'north'],
        shape === 'full' ? ['cells'] : ['south', 'east'],
      ]))
        values.add(of(name, edge));
    }
    before = of;
  }
}

interface Scope {
  readonly registers: readonly { readonly id: NodeId; readonly clock: string }[];
  readonly wires: readonly Target[];
  readonly memories: readonly string[];
  readonly operands: readonly NodeId[];
  /** The second clock's name, where there is one. */
  readonly second: string;
  readonly depth: number;
  /** Conditions around: wires made before them cannot be assigned here. */
  readonly before: number;
}

function statements(m: Draft, values: Values, scope: Scope, choices: Choices): Statement[] {
  const { registers, wires, memories, operands, depth } = scope;
  const body = (before: number): Statement[] =>
    Array.from({ length: choices.below(3) }, () =>
      statements(m, values, { ...scope, depth: depth + 1, before }, choices),
    ).flat();
  switch (choices.below(depth < 3 ? 6 : 3)) {
    case 0:
    case 1: {
      if (registers.length === 0) return [];
      const { id } = choices.of(registers);
      return [assignment(id, values.of(m.type(id)))];
    }
    case 2: {
      if (memories.length === 0 || choices.chance(1, 2)) return assignWire(m, values, wires, scope, choices);
      const name = choices.of(memories);
      const found = m.memories.find((one) => one.name === name);
      const lanes = found?.lanes ?? 1;
      const mask = choices.chance(1, 2) ? values.of(uint(lanes)) : null;
      return [
        writing(name, addressOf(values, choices), values.of(found?.word ?? bit), {
          mask,
          clock: choices.of(['clk', 'clk', scope.second]),
        }),
      ];
    }
    case 3:
    case 4: {
      const condition = pickCondition(m, operands, choices);
      const before = Math.max(scope.before === Infinity ? -1 : scope.before, condition);
      return [{ kind: 'when', condition, then: body(before), otherwise: body(before), place: null }];
    }
    default: {
      const subjects = operands.filter((id) => ['uint', 'enum', 'sint'].includes(m.type(id).kind));
      if (subjects.length === 0) return [];
      const subject = choices.of([...subjects.filter((id) => m.type(id) === state), ...subjects]);
      const width = typeWidth(m.type(subject));
      const values_ = [0n, 1n, 2n, 3n, choices.bits(width)].filter(
        (value, i, all) => BigInt.asUintN(width, value) === value && all.indexOf(value) === i,
      );
      const before = Math.max(scope.before === Infinity ? -1 : scope.before, subject);
      const split = choices.below(values_.length) + 1;
      return [
        {
          kind: 'switch',
          subject,
          cases: [
            { values: values_.slice(0, split), body: body(before) },
            ...values_.slice(split).map((value) => ({ values: [value], body: body(before) })),
          ],
          fallback: body(before),
          place: null,
        },
      ];
    }
  }
}

/** An existing bit, so that it is known what it depends on. */
function pickCondition(m: Draft, operands: readonly NodeId[], choices: Choices): NodeId {
  const bits = operands.filter((id) => m.type(id).kind === 'uint' && typeWidth(m.type(id)) === 1);
  return bits.length > 0 ? choices.of(bits) : m.constant(bit, 1);
}

function assignWire(m: Draft, values: Values, wires: readonly Target[], scope: Scope, choices: Choices): Statement[] {
  const open = wires.filter(({ before }) => scope.before === Infinity || scope.before < before);
  if (open.length === 0) return [];
  const { id, before } = choices.of(open);
  const type = m.type(id);
  const earlier = scope.operands.filter((operand) => operand < before);
  const value =
    earlier.length > 0 && choices.chance(3, 4)
      ? values.converted(choices.of(earlier), type)
      : m.constant(type, choices.bits(typeWidth(type)));
  return [assignment(id, value)];
}
