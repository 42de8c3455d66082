import type { Grid, Instance, Module, Type } from '../ir/types.ts';
import { gridSourceNode, gridSourceType, sameType, typeName, typeWidth } from '../ir/walk.ts';
import type { Validator } from './validator.ts';

const bit: Type = { kind: 'uint', width: 1 };

/** What is wrong with a module's ports, streams and memories, and with its instances and grids of other modules. */
export function validateStructure(v: Validator, modules: ReadonlyMap<string, Module>): void {
  const { module } = v;
  v.distinct(module.ports, 'ports');
  v.distinct(
    module.clocks.map(({ name }) => ({ name, place: module.place })),
    'clocks',
  );
  v.distinct([...module.memories, ...module.instances, ...module.grids], 'memories, instances and grids');
  for (const port of module.ports) {
    v.type(port.type, `port ${port.name}`, port.place);
    if (port.clock !== null) v.clock(port.clock, `port ${port.name}`, port.place);
  }
  validateStreams(v);
  validateMemories(v);
  validateModel(v, modules);
  for (const instance of module.instances) {
    const owner = child(v, instance, modules);
    if (owner === undefined) continue;
    for (const [name, id] of Object.entries(instance.inputs)) {
      const port = v.port(owner, name, 'in', instance.name, instance.place);
      if (port !== undefined) v.expectType(id, port.type, `input ${name}`, instance.name, instance.place);
    }
  }
  for (const grid of module.grids) validateGrid(v, grid, modules);
}

function validateStreams(v: Validator): void {
  const { module } = v;
  for (const stream of module.streams) {
    const what = `stream ${stream.name}`;
    const [forward, back] = stream.direction === 'in' ? (['in', 'out'] as const) : (['out', 'in'] as const);
    const valid = v.port(module, stream.valid, forward, what, module.place);
    const ready = v.port(module, stream.ready, back, what, module.place);
    for (const port of [valid, ready]) {
      if (port !== undefined && !sameType(port.type, bit))
        v.report('E0001', `${what}: ${port.name} is ${typeName(port.type)}, not one bit`, what, port.place);
    }
    for (const payload of stream.payload) v.port(module, payload, forward, what, module.place);
  }
}

function validateMemories(v: Validator): void {
  for (const memory of v.module.memories) {
    const what = `memory ${memory.name}`;
    v.type(memory.word, what, memory.place);
    const counts = [memory.depth, memory.lanes].every((count) => Number.isInteger(count) && count >= 1);
    if (!counts || typeWidth(memory.word) % memory.lanes !== 0) {
      v.report(
        'E0004',
        `${what} of ${memory.depth} words of ${typeName(memory.word)} in ${memory.lanes} lanes`,
        what,
        memory.place,
      );
    }
    if (memory.init.length > memory.depth)
      v.report('E0004', `${what} of ${memory.depth} words starts with ${memory.init.length}`, what, memory.place);
    for (const value of memory.init) v.fits(value, memory.word, what, memory.place);
  }
}

function validateModel(v: Validator, modules: ReadonlyMap<string, Module>): void {
  const { module } = v;
  const name = module.blackBox?.model;
  if (name == null) return;
  const model = modules.get(name);
  if (model === undefined)
    v.report('E0020', `the model ${name} of ${module.name} does not exist`, module.name, module.place);
  for (const port of module.ports) {
    const inside = model?.ports.find(
      (candidate) => candidate.name === port.name && candidate.direction === port.direction,
    );
    if (model !== undefined && (inside === undefined || !sameType(inside.type, port.type))) {
      v.report(
        'E0011',
        `the model ${name} of ${module.name} has no ${port.direction} port ${port.name} of ${typeName(port.type)}`,
        module.name,
        port.place,
      );
    }
  }
}

/** The module of an instance or grid, which must come earlier in the design; its clocks must all be connected. */
function child(v: Validator, thing: Instance | Grid, modules: ReadonlyMap<string, Module>): Module | undefined {
  const owner = modules.get(thing.module);
  if (owner === undefined) {
    v.report(
      'E0020',
      `${thing.name} is of module ${thing.module}, which does not come before ${v.module.name}`,
      thing.name,
      thing.place,
    );
    return undefined;
  }
  for (const { name } of owner.clocks) {
    const outer = thing.clocks[name];
    if (outer === undefined)
      v.report('E0020', `clock ${name} of ${thing.name} is not connected`, thing.name, thing.place);
    else v.clock(outer, thing.name, thing.place);
  }
  return owner;
}

function validateGrid(v: Validator, grid: Grid, modules: ReadonlyMap<string, Module>): void {
  const sizes = [grid.rows, grid.cols].every((size) => Number.isInteger(size) && size >= 1);
  if (!sizes || (grid.shape !== 'full' && grid.rows !== grid.cols)) {
    v.report('E0019', `${grid.shape} grid ${grid.name} of ${grid.rows} × ${grid.cols}`, grid.name, grid.place);
  }
  const owner = child(v, grid, modules);
  if (owner === undefined) return;
  for (const [name, source] of Object.entries(grid.inputs)) {
    const port = v.port(owner, name, 'in', grid.name, grid.place);
    if (port === undefined) continue;
    v.expectType(
      gridSourceNode(source),
      gridSourceType(grid, source.from, port.type),
      `input ${name}`,
      grid.name,
      grid.place,
    );
    if (!('port' in source)) continue;
    const given = owner.ports.find((candidate) => candidate.name === source.port && candidate.direction === 'out');
    if (given === undefined || !sameType(given.type, port.type)) {
      const found =
        given === undefined ? 'which does not exist' : `which is ${typeName(given.type)}, not ${typeName(port.type)}`;
      v.report(
        'E0019',
        `input ${name} of ${grid.name} takes ${source.port} of its ${source.from} neighbour, ${found}`,
        grid.name,
        grid.place,
      );
    }
  }
}
