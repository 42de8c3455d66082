/** One module as text. */
import type { Through } from '../ir/grid-reach.ts';
import type { Instance, Module, NodeId, Part, Port } from '../ir/types.ts';
import { bodyTargets } from '../ir/body.ts';
import { nodeAt, typeWidth } from '../ir/walk.ts';
import { writeChecks } from './checks.ts';
import { Expressions } from './expressions.ts';
import { passesThrough, writeGrid, type CellPorts, type GridNames } from './grids.ts';
import { MemoryWriter, needsFlatRead } from './memories.ts';
import { registerBanks, resetValue, writeRegisters } from './registers.ts';
import { Scope, type Fact } from './scope.ts';
import { dimensions, indent, literal, longPlace, printable, withPlace } from './text.ts';
import { parameterList } from './parameters.ts';
import { usesOf } from './uses.ts';
import { deepNodes } from './depth.ts';
import { driveWire, type Driven } from './wires.ts';
import { exactly, ModuleNames, Names, type FileNames } from './words.ts';

/** The identifiers by which others know a module. */
export interface Interface {
  readonly module: Module;
  readonly name: string;
  /** The module's name space; all of it, once the module is written. */
  readonly names: Names;
  /** Port → identifier; clocks and resets too. */
  readonly ports: ReadonlyMap<string, string>;
}

export interface WrittenModule {
  readonly text: string;
  /** Data files that the module reads, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Node → identifier, of those that have a signal. */
  readonly signals: ReadonlyMap<NodeId, string>;
  /** Memory → identifier. */
  readonly memories: ReadonlyMap<string, string>;
  readonly instances: ReadonlyMap<string, string>;
  readonly grids: ReadonlyMap<string, GridNames>;
  readonly facts: ReadonlySet<Fact>;
}

/** Names the ports of a module and, in the folder of all files, the module. */
export function interfaceOf(module: Module, isTop: boolean, files: FileNames): Interface {
  if (module.blackBox?.part != null) return partInterface(module, module.blackBox.part, files);
  const names = module.blackBox === null ? new ModuleNames() : new Names();
  const ports = new Map<string, string>();
  const claim = (port: string): void => {
    if (!ports.has(port)) ports.set(port, names.claim(port));
  };
  for (const { name: clock, reset } of module.clocks) for (const port of [clock, reset]) if (port !== null) claim(port);
  for (const port of module.ports) claim(port.name);
  // Verilator takes no module, as the top, in which something is called like it. Inside of others a port may be.
  const name = files.claim(module.name, (wanted) => isTop && module.blackBox === null && names.has(wanted));
  if (!names.has(name)) names.claim(name);
  return { module, name, names, ports };
}

/** A part's names are never changed: what is no plain identifier, or a word of Verilog, is escaped. */
function partInterface(module: Module, part: Part, files: FileNames): Interface {
  if (!files.has(part.name)) files.claim(part.name);
  const clocks = module.clocks.flatMap(({ name, reset }) => (reset === null ? [name] : [name, reset]));
  const names = new Names();
  const pins = [...clocks, ...module.ports.map(({ name }) => name)];
  for (const pin of pins) names.claim(pin);
  return { module, name: exactly(part.name), names, ports: new Map(pins.map((pin) => [pin, exactly(pin)])) };
}

/** What a module's text depends on beside the module. */
export interface Surroundings {
  /** All modules of the design by their names in it. */
  readonly others: ReadonlyMap<string, Interface>;
  /** Names of data files. */
  readonly dataFiles: FileNames;
  /** The output ports of a module, each with the inputs that it depends on in the same cycle. */
  readonly throughOf: (module: string) => Through;
}

export function writeModule(own: Interface, surroundings: Surroundings): WrittenModule {
  return new ModuleWriter(own, surroundings).write();
}

/** Adds lines, of which there may be more than a call takes arguments. */
function add(lines: string[], more: readonly string[]): void {
  for (const line of more) lines.push(line);
}

class ModuleWriter {
  readonly #own: Interface;
  readonly #module: Module;
  readonly #others: ReadonlyMap<string, Interface>;
  readonly #names: Names;
  readonly #dataFiles: FileNames;
  readonly #throughOf: (module: string) => Through;
  readonly #scope: Scope;
  readonly #expressions: Expressions;
  readonly #memories: ReadonlyMap<string, string>;
  /** Instance → port → the nodes that stand for it. */
  readonly #outputsOf = new Map<string, Map<string, NodeId[]>>();
  readonly #instances = new Map<string, string>();
  readonly #grids = new Map<string, GridNames>();
  /** Grid → label of its block. */
  readonly #blocks = new Map<string, string>();
  /** Nodes whose signal is an output port. */
  readonly #atPort = new Map<NodeId, string>();
  readonly #wires = new Map<NodeId, Driven>();
  readonly #assigned: ReadonlySet<NodeId>;

  constructor(own: Interface, { others, dataFiles, throughOf }: Surroundings) {
    this.#own = own;
    this.#names = own.names;
    this.#module = own.module;
    this.#others = others;
    this.#dataFiles = dataFiles;
    this.#throughOf = throughOf;
    this.#assigned = bodyTargets(own.module.body);
    own.module.nodes.forEach((node, id) => {
      if (node.kind !== 'instanceOutput') return;
      const ports = this.#outputsOf.get(node.instance) ?? new Map<string, NodeId[]>();
      this.#outputsOf.set(node.instance, ports.set(node.port, [...(ports.get(node.port) ?? []), id]));
    });
    this.#memories = new Map(own.module.memories.map(({ name }) => [name, this.#names.claim(name)]));
    for (const { name } of own.module.grids) this.#blocks.set(name, this.#names.claim(name));
    for (const { name, module } of own.module.instances) {
      // Verilator warns where something in a module is called like an instance of it.
      this.#instances.set(
        name,
        this.#names.claim(name, (wanted) => this.#child(module).names.has(wanted)),
      );
    }
    this.#scope = new Scope(own.module, usesOf(own.module), this.#names, this.#memories);
    this.#expressions = new Expressions(this.#scope);
  }

  write(): WrittenModule {
    const { nodes } = this.#module;
    this.#nameSignals();
    for (const { name, module } of this.#module.grids) {
      const isTaken = (wanted: string): boolean => this.#child(module).names.has(wanted);
      const block = this.#blocks.get(name) ?? name;
      this.#grids.set(name, { block, columns: this.#scope.shared('cols'), cell: this.#scope.shared('u', isTaken) });
    }
    nodes.forEach((node, id) => {
      if (node.kind === 'wire') this.#wires.set(id, driveWire(this.#scope, this.#expressions, id));
    });

    const declarations = this.#declarations();
    const memoryDeclarations: string[] = [];
    const blocks: string[] = [];
    const files = new Map<string, string>();
    const deep = deepNodes(this.#module, (id) => this.#scope.signal(id) !== undefined);
    nodes.forEach((node, id) => {
      if (node.kind === 'op' && (node.name !== null || deep.has(id))) this.#expressions.named(id);
    });
    for (const { lines } of this.#wires.values()) add(blocks, lines());
    if (this.#wires.size > 0) blocks.push('');
    for (const bank of registerBanks(this.#scope)) {
      add(
        blocks,
        writeRegisters(
          this.#scope,
          this.#expressions,
          bank,
          this.#port(bank.clock),
          bank.reset === null ? null : this.#port(bank.reset),
        ),
      );
    }
    for (const memory of this.#module.memories) {
      const writer = new MemoryWriter(this.#scope, this.#expressions, memory, (clock) => this.#port(clock));
      const written = writer.write(() =>
        this.#dataFiles.claim(`${this.#own.name}_${this.#memories.get(memory.name) ?? ''}`),
      );
      add(memoryDeclarations, written.declarations);
      add(blocks, written.blocks);
      if (written.file !== null) files.set(written.file.name, written.file.text);
    }
    for (const instance of this.#module.instances) add(blocks, this.#instance(instance));
    const gridDeclarations = this.#writeGrids(blocks);
    const outputs = this.#outputs();
    const checks = writeChecks(this.#scope, this.#expressions, (clock) => this.#domain(clock));
    const nets = this.#scope.values.flatMap((value) => value.split('\n'));
    const genvars = this.#scope.genvarDeclarations([...nets, ...blocks]);
    const constants = this.#scope.enumDeclarations();
    const sections = [
      genvars,
      constants,
      declarations,
      memoryDeclarations,
      gridDeclarations,
      nets,
      this.#starts(),
      blocks,
      outputs,
      checks,
    ];
    const body = sections.flatMap((lines) => (lines.length === 0 ? [] : [...lines, '']));
    const text = [...this.#head(), ...indent(squeeze(body)), 'endmodule', ''].join('\n');
    const signals = new Map(
      nodes.flatMap((_, id): [NodeId, string][] => {
        const name = this.#scope.signal(id);
        return name === undefined ? [] : [[id, name]];
      }),
    );
    const { facts } = this.#scope;
    return { text, files, signals, memories: this.#memories, instances: this.#instances, grids: this.#grids, facts };
  }

  #port(name: string): string {
    const found = this.#own.ports.get(name);
    if (found === undefined) throw new RangeError(`module ${this.#module.name} has no port ${name}`);
    return found;
  }

  #domain(clock: string): { readonly clock: string; readonly reset: string | null } {
    const found = this.#module.clocks.find(({ name }) => name === clock);
    const reset = found?.reset ?? null;
    return { clock: this.#port(clock), reset: reset === null ? null : this.#port(reset) };
  }

  /** Everything with a name, or that needs one whatever it feeds; output ports give theirs to what drives them. */
  #nameSignals(): void {
    const { nodes, outputs } = this.#module;
    nodes.forEach((node, id) => {
      if (node.kind === 'input') this.#scope.name(id, this.#port(node.port));
    });
    for (const [port, id] of Object.entries(outputs)) {
      const node = nodeAt(this.#module, id);
      const isFlat = node.kind === 'read' && needsFlatRead(this.#module, node);
      const mayDrive = node.kind !== 'input' && node.kind !== 'const' && !isFlat;
      if (mayDrive && !this.#atPort.has(id) && (node.name === null || node.name === port)) {
        this.#atPort.set(id, port);
        this.#scope.name(id, this.#port(port));
      }
    }
    // A wire that is a value, without conditions, lends its name to that value.
    nodes.forEach((node, id) => {
      if (node.kind !== 'wire') return;
      const slice = this.#scope.slice(id);
      const [only] = slice;
      if (slice.length !== 1 || only?.kind !== 'assign' || this.#scope.signal(only.value) !== undefined) return;
      const value = nodeAt(this.#module, only.value);
      if (value.kind !== 'op' || value.name !== null || value.op === 'update' || value.op === 'cast') return;
      this.#scope.name(only.value, this.#scope.signal(id) ?? this.#scope.name(id));
    });
    const used = (id: NodeId): boolean => (this.#scope.uses[id]?.length ?? 0) > 0;
    nodes.forEach((node, id) => {
      if (this.#scope.signal(id) !== undefined) return;
      if (node.kind === 'reg' || node.kind === 'wire' || (node.kind === 'read' && node.clock !== null))
        this.#scope.name(id);
      if ((node.kind === 'instanceOutput' || node.kind === 'gridOutput') && (used(id) || node.name !== null))
        this.#scope.name(id);
    });
    // Nets that the designer named: their names are theirs before any derived one is.
    for (const [id, node] of nodes.entries())
      if ((node.kind === 'op' || node.kind === 'read') && node.name !== null && this.#scope.signal(id) === undefined)
        this.#scope.reserve(id, node.name);
  }

  #isVariable(id: NodeId): boolean {
    const node = nodeAt(this.#module, id);
    return (
      (node.kind === 'reg' && !this.#isConstant(id)) ||
      (node.kind === 'read' && node.clock !== null) ||
      this.#wires.get(id)?.isVariable === true
    );
  }

  #isConstant(id: NodeId): boolean {
    return !this.#assigned.has(id);
  }

  /**
   * What variables hold before the first edge, in a block of its own: Verilator warns where a declaration gives a first
   * value to what a process drives, and a port's declaration stands before the constants of enumerations.
   */
  #starts(): string[] {
    const starts = this.#module.nodes.flatMap((node, id): string[] => {
      const name = this.#scope.signal(id);
      if (name === undefined) return [];
      if (node.kind === 'reg' && !this.#isConstant(id)) return [`${name} = ${resetValue(this.#scope, node)};`];
      if (node.kind !== 'read' || node.clock === null || needsFlatRead(this.#module, node)) return [];
      const type = node.type.kind === 'sint' ? node.type : ({ kind: 'uint', width: typeWidth(node.type) } as const);
      return [`${name} = ${literal(0n, type)};`];
    });
    starts.push(...this.#scope.starts);
    if (starts.length <= 1) return starts.map((start) => `initial ${start}`);
    return ['initial begin', ...indent(starts), 'end'];
  }

  #head(): string[] {
    const { module, name: own } = this.#own;
    const clocks = module.clocks.flatMap(({ name, reset }) => (reset === null ? [name] : [name, reset]));
    // By identifier: domains may have their reset in common.
    const lines = new Map([
      ...clocks.map((port): [string, string] => [port, `input  wire ${this.#port(port)}`]),
      ...module.ports.map((port): [string, string] => [port.name, this.#portLine(port)]),
    ]);
    const last = [...lines.keys()].at(-1);
    const ports = [...lines].map(
      ([port, line]) =>
        `${line}${port === last ? '' : ','}${this.#port(port) === port ? '' : `  // ${printable(port)} in the design`}`,
    );
    const renamed = module.name === own ? '' : ` (${own} in Verilog)`;
    const title = `// ${printable(module.name)}${renamed}${module.place === null ? '' : `, from ${longPlace(module.place)}`}`;
    return [title, ...(ports.length === 0 ? [`module ${own};`] : [`module ${own} (`, ...indent(ports), ');'])];
  }

  #portLine(port: Port): string {
    const name = this.#port(port.name);
    if (port.direction === 'in') return `input  wire${dimensions(port.type)} ${name}`;
    const id = this.#module.outputs[port.name];
    const isVariable = id !== undefined && this.#atPort.get(id) === port.name && this.#isVariable(id);
    return `output ${isVariable ? 'logic' : 'wire'}${dimensions(port.type)} ${name}`;
  }

  #declarations(): string[] {
    return this.#module.nodes.flatMap((node, id): string[] => {
      const name = this.#scope.signal(id);
      if (
        name === undefined ||
        this.#atPort.has(id) ||
        node.kind === 'input' ||
        node.kind === 'op' ||
        node.kind === 'const'
      )
        return [];
      if (node.kind === 'read' && needsFlatRead(this.#module, node)) return [];
      const place = node.kind === 'reg' || node.kind === 'wire' ? node.place : null;
      const isFixed = node.kind === 'reg' && this.#isConstant(id);
      const value = isFixed ? ` = ${resetValue(this.#scope, node)}` : '';
      return [withPlace(`${this.#isVariable(id) ? 'logic' : 'wire'}${dimensions(node.type)} ${name}${value};`, place)];
    });
  }

  #clockConnections(child: Interface, clocks: Readonly<Record<string, string>>): string[] {
    return child.module.clocks.flatMap(({ name, reset }) => {
      const { clock, reset: outer } = this.#domain(clocks[name] ?? name);
      return [
        `.${child.ports.get(name) ?? name}(${clock})`,
        ...(reset === null ? [] : [`.${child.ports.get(reset) ?? reset}(${outer ?? "1'b0"})`]),
      ];
    });
  }

  #child(name: string): Interface {
    const found = this.#others.get(name);
    if (found === undefined) throw new RangeError(`no module ${name}`);
    return found;
  }

  #instance(instance: Instance): string[] {
    const child = this.#child(instance.module);
    const connections = this.#clockConnections(child, instance.clocks);
    for (const port of child.module.ports) {
      const name = child.ports.get(port.name) ?? port.name;
      if (port.direction === 'in') {
        const id = instance.inputs[port.name];
        connections.push(`.${name}(${id === undefined ? '' : this.#expressions.text(id)})`);
      } else {
        connections.push(`.${name}(${this.#instanceOutput(instance.name, port.name)})`);
      }
    }
    const unique = [...new Set(connections)];
    const name = this.#instances.get(instance.name) ?? instance.name;
    return [
      withPlace(`${child.name}${parameterList(child.module)} ${name} (`, instance.place),
      ...indent(unique.map((line, i) => (i === unique.length - 1 ? line : `${line},`))),
      ');',
      '',
    ];
  }

  /**
   * The net of an instance's output. Where several nodes stand for it, the first is connected and the others follow it.
   */
  #instanceOutput(instance: string, port: string): string {
    const [first, ...others] = (this.#outputsOf.get(instance)?.get(port) ?? []).flatMap(
      (id) => this.#scope.signal(id) ?? [],
    );
    for (const other of others) this.#scope.values.push(`assign ${other} = ${first};`);
    return first ?? '';
  }

  #writeGrids(blocks: string[]): string[] {
    if (this.#module.grids.length === 0) return [];
    const declarations: string[] = [];
    for (const grid of this.#module.grids) {
      const child = this.#child(grid.module);
      const names = this.#grids.get(grid.name);
      if (names === undefined) throw new RangeError(`no grid ${grid.name}`);
      const cell: CellPorts = {
        names,
        module: child.module,
        name: child.name,
        port: (port) => child.ports.get(port) ?? port,
        clocks: this.#clockConnections(child, grid.clocks),
      };
      if (passesThrough(grid, this.#throughOf(grid.module))) this.#scope.facts.add('passes');
      const text = writeGrid(this.#scope, this.#expressions, grid, cell);
      add(declarations, text.declarations);
      add(blocks, text.blocks);
    }
    return declarations;
  }

  #outputs(): string[] {
    return Object.entries(this.#module.outputs).flatMap(([port, id]) => {
      const name = this.#port(port);
      const node = nodeAt(this.#module, id);
      if (this.#atPort.get(id) !== port)
        return `assign ${name} = ${this.#expressions.text(id, { root: true })};`.split('\n');
      if (node.kind === 'reg' && this.#isConstant(id)) return [`assign ${name} = ${resetValue(this.#scope, node)};`];
      const isValue = node.kind === 'op' || (node.kind === 'read' && node.clock === null);
      if (node.kind === 'op' && node.op === 'update') this.#expressions.update(node, name);
      else if (isValue) return `assign ${name} = ${this.#expressions.whole(id)};`.split('\n');
      return [];
    });
  }
}

/** No two empty lines in a row, none at the end. */
function squeeze(lines: readonly string[]): string[] {
  const kept = lines.filter((line, i) => line !== '' || (i > 0 && lines[i - 1] !== ''));
  while (kept.at(-1) === '') kept.pop();
  return kept;
}
