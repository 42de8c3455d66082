/** Modules and their instances. */
import type { Clock, NodeId, Part, Place } from '../ir/types.ts';
import {
  current,
  identifierHelp,
  isIdentifier,
  ModuleBuilder,
  nameOf,
  refuse,
  report,
  runBody,
  type Buildable,
  type Built,
  type Session,
} from './builder.ts';
import { isRecord, shapeOfValue } from './bundle.ts';
import { listGiven, optionsGiven, recordGiven } from './given.ts';
import { MODEL } from './link.ts';
import { inStack } from './nesting.ts';
import { partOf, type PartPorts } from './black-box.ts';
import { monitor } from './monitor.ts';
import { here, placedAt } from './place.ts';
import {
  addPort,
  dataPorts,
  inputNode,
  portSpecs,
  readyPort,
  StreamHandle,
  streamParts,
  validPort,
  type PortSpec,
} from './port.ts';
import { bitType, Node, placesOf, type Given } from './node.ts';
import { describeGiven, note, remedyFor, scalarOf } from './operand.ts';
import { Scalar } from './signal.ts';
import { inClock } from './state.ts';
import { surface } from './surface.ts';
import type { InputsOf, NoSteps, ReadyOf, Shapes, SignalsOf, Stream } from './types.ts';

export interface InstanceOptions {
  /** The instance's name; the module's (with a number where it is taken) otherwise. */
  readonly name?: string;
  /**
   * The module's clock → the surrounding module's. The first one is the surroundings' current clock unless named here.
   */
  readonly clocks?: Readonly<Record<string, string>>;
}

/** A module: calling it in another module's body makes an instance. */
export interface Module<I extends Shapes = Shapes, O extends Shapes = Shapes> {
  (inputs: InputsOf<I>, options?: InstanceOptions): SignalsOf<O> & ReadyOf<I>;
  readonly definition: Definition;
  readonly in: I;
  readonly out: O;
}

export interface Ports<I, O> {
  readonly in: I;
  readonly out: O;
  /**
   * Names of the module's clocks (one, `clk`). The first is the default. Resets are `rst`, and `<clock>_rst` for clocks
   * named otherwise.
   */
  readonly clocks?: readonly [string, ...string[]];
}

type Body<I, O> = (inputs: SignalsOf<I>, outputs: ReadyOf<O>) => InputsOf<O> & NoSteps;

/** What is elaborated once however many instances there are. */
export class Definition implements Buildable {
  readonly name: string;
  readonly inputs: readonly PortSpec[];
  readonly outputs: readonly PortSpec[];
  readonly clocks: readonly Clock[];
  /** What a black box is simulated by; undefined: not a black box. */
  readonly model: Definition | null | undefined;
  readonly #body: unknown;
  readonly #parameters: Part['parameters'];
  readonly place: Place;

  constructor(
    name: string,
    given: Pick<Ports<Shapes, Shapes>, 'in' | 'out'>,
    clocks: readonly Clock[],
    body: unknown,
    model: Definition | null | undefined,
    parameters: Part['parameters'] = [],
  ) {
    this.name = nameOf(name, 'a module');
    this.place = here();
    const ports: Partial<Ports<Shapes, Shapes>> = isRecord(given) ? given : {};
    this.inputs = portSpecs(ports.in, `module(${describeGiven(name)}) has no record 'in' of its inputs`);
    this.outputs = portSpecs(ports.out, `module(${describeGiven(name)}) has no record 'out' of its outputs`);
    this.clocks = clocks;
    this.#body = body;
    this.model = model;
    this.#parameters = parameters;
  }

  /** Runs the body. */
  build(session: Session): Built {
    const builder = new ModuleBuilder(this.name, this.clocks, session, this.place);
    return inStack(builder, () =>
      placedAt(this.place, () => {
        if (!isIdentifier(this.name))
          builder.report({
            code: 'E0012',
            message: `module '${this.name}' is not called by an identifier`,
            help: identifierHelp,
            places: [{ what: 'module', place: this.place }],
          });
        for (const clock of this.clocks) {
          builder.claim(clock.name, 'clock', this.place);
          if (clock.reset !== null) builder.claim(clock.reset, 'reset', this.place);
        }
        const inputs = Object.fromEntries(this.inputs.map((spec) => [spec.key, this.#input(builder, spec)]));
        const ready = new Map<string, Scalar>();
        for (const spec of this.outputs) {
          if (spec.stream) {
            this.#addPort(builder, readyPort(spec), 'in', bitType, spec);
            const node = inputNode(builder, readyPort(spec), bitType, this.place);
            ready.set(spec.key, new Scalar(builder, node.id, bitType, 'bit'));
          }
        }
        const seen = Object.fromEntries([...ready].map(([key, value]) => [key, { ready: value }]));
        const body = this.#body;
        const given =
          body === null ? null : placedAt(null, () => runBody(body, `the body of ${this.name}`, inputs, seen));
        const returned = this.#body === null ? null : this.#returned(builder, given);
        for (const spec of this.outputs) this.#output(builder, spec, returned, ready.get(spec.key));
        this.#claimOutputs(builder);
        for (const finish of builder.finishers) finish();
        if (this.model != null) {
          session.need(this.model);
          builder.children.set(MODEL, {
            definition: this.model,
            clocks: {},
            clock: builder.clock.name,
            place: this.place,
          });
        }
        return builder.finish(
          this.model === undefined
            ? null
            : { model: this.model?.name ?? null, part: { name: this.name, parameters: this.#parameters } },
        );
      }),
    );
  }

  #input(builder: ModuleBuilder, spec: PortSpec): unknown {
    const valid = spec.stream ? this.#inputPort(builder, validPort(spec), bitType, spec) : null;
    const payload = spec.shape.wrap(
      dataPorts(spec).map(({ name, type }) => this.#inputPort(builder, name, type, spec)),
    );
    if (valid === null) return payload;
    this.#addPort(builder, readyPort(spec), 'out', bitType, spec);
    builder.streams.push({
      name: spec.key,
      direction: 'in',
      valid: validPort(spec),
      ready: readyPort(spec),
      payload: dataPorts(spec).map((p) => p.name),
    });
    // A black box drives its ready itself.
    if (this.#body === null) return null;
    const handle = new StreamHandle(
      new Scalar(builder, valid.id, bitType, 'bit'),
      payload,
      spec.shape,
      readyPort(spec),
    );
    builder.outputs.set(readyPort(spec), handle.readyNode);
    return handle;
  }

  #addPort(builder: ModuleBuilder, name: string, direction: 'in' | 'out', type: Node['type'], spec: PortSpec): void {
    addPort(builder, { name, direction, type, clock: spec.clock, place: this.place });
  }

  #inputPort(builder: ModuleBuilder, name: string, type: Node['type'], spec: PortSpec): Node {
    this.#addPort(builder, name, 'in', type, spec);
    return inputNode(builder, name, type, this.place);
  }

  /**
   * What a body returned, by key: the outputs, and, as among an instance's results, the ready of input streams. null,
   * with one report for all outputs, where it is no record or has other keys.
   */
  #returned(builder: ModuleBuilder, given: Given): ReadonlyMap<string, unknown> | null {
    const outputs = this.outputs.map((spec) => spec.key);
    const known = new Set([...outputs, ...this.inputs.map((spec) => spec.key)]);
    const places = [{ what: `module ${builder.name}`, place: this.place }];
    const help =
      outputs.length === 0
        ? 'it has no outputs: return {}, or declare them'
        : `return { ${outputs.map((key) => `${key}: …`).join(', ')} } from its body`;
    if (!isRecord(given)) {
      if (outputs.length === 0) return new Map();
      builder.report({
        code: 'E0006',
        message: `the body of ${builder.name} returns ${describeGiven(given)}, where ${outputs.join(', ')} ${outputs.length === 1 ? 'is' : 'are'} expected`,
        help,
        places,
      });
      return null;
    }
    const returned = new Map(Object.entries(given));
    const unknown = [...returned.keys()].filter((key) => !known.has(key));
    if (unknown.length === 0) return returned;
    // Whoever returned a stream meant it to be used.
    for (const key of unknown) useUp(returned.get(key));
    const missing = outputs.filter((key) => returned.get(key) === undefined);
    builder.report({
      code: 'E0011',
      message: `${builder.name} has no output ${unknown.join(', ')}${missing.length > 0 ? `, and gets no ${missing.join(', ')}` : ''}`,
      help,
      places,
    });
    return null;
  }

  #output(
    builder: ModuleBuilder,
    spec: PortSpec,
    returned: ReadonlyMap<string, unknown> | null,
    ready: Scalar | undefined,
  ): void {
    const ports = dataPorts(spec);
    if (spec.stream) this.#addPort(builder, validPort(spec), 'out', bitType, spec);
    for (const { name, type } of ports) this.#addPort(builder, name, 'out', type, spec);
    if (spec.stream)
      builder.streams.push({
        name: spec.key,
        direction: 'out',
        valid: validPort(spec),
        ready: readyPort(spec),
        payload: ports.map((p) => p.name),
      });
    if (returned === null) return;
    const given = returned.get(spec.key);
    if (given === undefined) {
      builder.report({
        code: 'E0006',
        message: `output ${spec.key} of ${builder.name} gets no value`,
        help: `return { ${spec.key}: … } from its body`,
        places: [{ what: `output ${spec.key}`, place: this.place }],
      });
      return;
    }
    const use = (seen: string): string => `output ${spec.key} takes ${seen}`;
    const parts = spec.stream ? streamParts(spec, given, use) : { valid: undefined, payload: given };
    if (parts === null) return;
    const nodes = spec.shape.unwrap(parts.payload, use);
    ports.forEach(({ name }, i) => builder.outputs.set(name, nodes[i]?.id ?? 0));
    if (!spec.stream || ready === undefined) return;
    const valid = scalarOf(bitType, 'bit', parts.valid, (seen) => `the valid of ${spec.key} takes ${seen}`);
    builder.outputs.set(validPort(spec), valid);
    if (given instanceof StreamHandle) given.ready = ready;
    if (!builder.session.monitors) return;
    const watched = { valid: new Scalar(builder, valid, bitType, 'bit'), ready, payload: spec.shape.wrap(nodes) };
    inClock(spec.clock ?? builder.clock.name, () => {
      monitor(spec.key, watched);
    });
  }

  /** An output may share its name with the node that drives it, and with nothing else. */
  #claimOutputs(builder: ModuleBuilder): void {
    for (const { name, direction, place } of builder.ports) {
      const id = builder.outputs.get(name);
      const driver = id === undefined ? undefined : builder.nodes[id];
      // Where a mistake left nothing to drive it, a register that was meant to is no clash.
      const mistaken = id === undefined ? this.#body !== null : builder.isDoubtful(id);
      if (direction === 'out' && !mistaken && driver?.name !== name) builder.claim(name, `output ${name}`, place);
    }
  }
}

/** Counts a stream as consumed, for what its producer is told. */
function useUp(value: Given): void {
  if (value instanceof StreamHandle) value.ready = 0;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? surface<Record<string, unknown>>(value)[key]
    : undefined;
}

/**
 * A module called `name`: `body` gets the inputs (and, for streams among the outputs, their ready), and returns the
 * outputs. It runs once for each definition, when a design is elaborated. Ports are named by the keys of `in` and
 * `out`: key `k` of a struct with field `f` is the port `k_f`, of a stream `k_valid`, `k_ready` and `k_payload`. Logic
 * takes no time; state takes its values at rising edges.
 * @throws DesignError, when it is elaborated: E0006 for an output without a value, E0011 for a result that is no
 * output, E0012 for a name that is none or taken, and whatever its body reports.
 */
export function module<const I extends Shapes, const O extends Shapes>(
  name: string,
  ports: Ports<I, O>,
  body: Body<I, O>,
): Module<I, O> {
  return define(new Definition(name, ports, moduleClocks(name, ports), body, undefined), ports);
}

/**
 * A part: a module whose contents come from elsewhere. Verilog instantiates it by exactly this name, with exactly these
 * pins and parameters; simulations use `model`, a module of the same ports, where there is one. It has the clocks, and
 * the resets, that are named, and no others; the model may use those. Outputs of a part without clocks are taken to
 * change with its inputs.
 * @throws DesignError E0011 for inout pins, which signals cannot be; E0014 for a model on a clock that the part has no
 * pin for; E0018 when a simulation reaches one whose `model` is null.
 */
export function blackBox<const I extends Shapes, const O extends Shapes>(
  name: string,
  ports: PartPorts<I, O>,
  model: Module<I, O> | null,
): Module<I, O> {
  const called = `black box ${nameOf(name, 'a black box')}`;
  const definition: Definition | null = model === null ? null : definitionOf(model, called);
  const { clocks, parameters } = partOf(name, ports);
  return define(new Definition(name, ports, clocks, null, definition, parameters), ports);
}

function moduleClocks(name: string, given: Ports<Shapes, Shapes>): readonly Clock[] {
  const { clocks = ['clk'] }: Partial<Ports<Shapes, Shapes>> = isRecord(given) ? given : {};
  const names = listGiven(
    clocks,
    `clocks of module ${nameOf(name, 'a module')}`,
    "list the names: clocks: ['clk', 'slow']",
  );
  const clock = (each: string): Clock => ({ name: each, reset: each === 'clk' ? 'rst' : `${each}_rst` });
  return names.length === 0 ? [clock('clk')] : names.map((each) => clock(nameOf(each, `a clock of module ${name}`)));
}

function define<I extends Shapes, O extends Shapes>(
  definition: Definition,
  ports: Pick<Ports<I, O>, 'in' | 'out'>,
): Module<I, O> {
  const call = (inputs: InputsOf<I>, options: InstanceOptions = {}): unknown =>
    instantiate(definition, inputs, options);
  const { name } = definition;
  const called = { what: `module ${name}`, remedy: `make an instance and use its outputs: ${name}({ … }).output` };
  const { in: inputs, out }: Partial<Ports<I, O>> = isRecord(ports) ? ports : {};
  return surface<Module<I, O>>(Object.assign(call, { definition, in: inputs, out, [note]: called }));
}

/** The definition of a module; E0002 for what is none. */
export function definitionOf(given: unknown, what: string): Definition {
  const mayBe = (typeof given === 'function' || typeof given === 'object') && given !== null;
  const definition = mayBe && 'definition' in given ? given.definition : null;
  if (definition instanceof Definition) return definition;
  return refuse({
    code: 'E0002',
    message: `${what} takes ${describeGiven(given)} where a module is expected`,
    places: placesOf('here', given),
    help: remedyFor(
      given,
      'give it what module(…) returns: Counter; a function with parameters is called first: Cell({ data: 8 })',
    ),
  });
}

/** Takes a child into the module: it is elaborated, and its clocks are connected, later. */
export function placeChild(definition: Definition, name: string, clocks: Readonly<Record<string, string>> = {}): void {
  const builder = current(`an instance of ${definition.name}`);
  const place = here();
  builder.claim(name, `instance of ${definition.name}`, place);
  builder.children.set(name, { definition, clocks, clock: builder.clock.name, place });
  builder.session.need(definition);
  optionsGiven(clocks, `clocks of ${name}`, "write { theirs: 'ours' }");
  for (const unknown of Object.keys(clocks).filter((key) => !definition.clocks.some((clock) => clock.name === key))) {
    builder.report({
      code: 'E0014',
      message: `${definition.name} has no clock '${unknown}'`,
      help: `its clocks are ${definition.clocks.map((clock) => clock.name).join(', ')}`,
    });
  }
}

/** E0011 for inputs that the definition does not have, or that get no value. */
export function reportPorts(
  definition: Definition,
  name: string,
  unknown: readonly string[],
  missing: readonly string[],
  help: string,
): void {
  if (unknown.length + missing.length === 0) return;
  const faults = [
    ...(unknown.length > 0 ? [`${definition.name} has no input ${unknown.join(', ')}`] : []),
    ...(missing.length > 0 ? [`${name} gets no ${missing.join(', ')}`] : []),
  ];
  const inputs = `its inputs are ${definition.inputs.map((spec) => spec.key).join(', ')}`;
  report({
    code: 'E0011',
    message: faults.join('; '),
    help: missing.length > 0 ? `${help}; ${inputs}` : inputs,
    places: [...placesOf(`${name} is made here`), { what: `module ${definition.name}`, place: definition.place }],
  });
}

const instantiate = (definition: Definition, given: unknown, options: InstanceOptions): unknown =>
  placedAt(here(), () => placed(definition, given, options));

function placed(definition: Definition, given: unknown, options: InstanceOptions): unknown {
  const builder = current(`an instance of ${definition.name}`);
  const place = here();
  optionsGiven(options, `an instance of ${definition.name}`, `write ${definition.name}({ … }, { name: 'left' })`);
  const name = nameOf(options.name ?? builder.freeName(definition.name), `an instance of ${definition.name}`);
  placeChild(definition, name, options.clocks);
  const inputs = new Map<string, NodeId>();
  const outputs = new Map<string, unknown>();
  const output = (port: string, type: Node['type']): Node =>
    new Node(builder, builder.add({ kind: 'instanceOutput', type, instance: name, port, name: null, place }), type);
  const example = definition.inputs.map(({ key }) => `${key}: …`).join(', ');
  const record = recordGiven(given, `an instance of ${definition.name}`, `name the inputs: { ${example} }`);
  const known = new Set(definition.inputs.map((spec) => spec.key));
  const unknown = Object.keys(record).filter((key) => !known.has(key));
  const missing = definition.inputs.filter((spec) => member(record, spec.key) === undefined).map((spec) => spec.key);
  for (const key of unknown) useUp(member(record, key));
  reportPorts(definition, name, unknown, missing, `give { ${missing.map((key) => `${key}: …`).join(', ')} }`);
  for (const spec of definition.inputs) {
    const value = member(record, spec.key);
    if (value === undefined) continue;
    const use = (seen: string): string => `input ${spec.key} of ${name} takes ${seen}`;
    const parts = spec.stream ? streamParts(spec, value, use) : { valid: undefined, payload: value };
    const nodes = parts === null ? [] : spec.shape.unwrap(parts.payload, use);
    dataPorts(spec).forEach((port, i) => inputs.set(port.name, nodes[i]?.id ?? 0));
    if (!spec.stream) continue;
    if (parts !== null) inputs.set(validPort(spec), scalarOf(bitType, 'bit', parts.valid, use));
    const node = output(readyPort(spec), bitType);
    const ready = new Scalar(builder, node.id, bitType, 'bit');
    if (value instanceof StreamHandle) value.ready = ready;
    outputs.set(spec.key, { ready });
  }
  for (const spec of definition.outputs) {
    const payload = spec.shape.wrap(dataPorts(spec).map((port) => output(port.name, port.type)));
    if (!spec.stream) {
      outputs.set(spec.key, payload);
      continue;
    }
    const valid = output(validPort(spec), bitType);
    const handle = new StreamHandle(
      new Scalar(builder, valid.id, bitType, 'bit'),
      payload,
      spec.shape,
      `${name}_${spec.key}_ready`,
    );
    inputs.set(readyPort(spec), handle.readyNode);
    outputs.set(spec.key, handle);
  }
  builder.instances.push({ name, module: definition.name, inputs: Object.fromEntries(inputs), clocks: {}, place });
  return Object.fromEntries(outputs);
}

/**
 * A stream produced here: hand it to an instance, return it as an output, or consume it; `ready` reads what its
 * consumer says. `name` names its ready wire.
 */
export function produce<T>(
  name: string,
  source: { readonly valid: Stream<T>['valid']; readonly payload: T },
): Stream<T> {
  const builder = current('produce');
  nameOf(name, 'a stream');
  recordGiven(source, `produce ${name}`, `give both parts: produce('${name}', { valid, payload })`);
  const valid: Given = source.valid;
  const id = scalarOf(bitType, 'bit', valid, (seen) => `the valid of ${name} takes ${seen}`);
  return surface(
    new StreamHandle(
      new Scalar(builder, id, bitType, 'bit'),
      source.payload,
      shapeOfValue(source.payload),
      `${name}_ready`,
    ),
  );
}
