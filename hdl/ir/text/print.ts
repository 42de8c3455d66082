import type { Clock, Design, Grid, GridSource, Instance, Memory, Module, Node, NodeId, Port, Statement, StreamPorts } from '../types.ts';
import { Enumerations } from './enumerations.ts';
import { at, header, pattern, word } from './words.ts';

/** A design as text, a module after those that it instantiates; `parseDesign` gives the same design back. Ends with a newline. */
export function printDesign(design: Design): string {
  const enums = new Enumerations();
  const modules = design.modules.map((module) => printModule(module, enums).join('\n'));
  const head = `${header}\ntop ${word(design.top)}`;
  const declarations = enums.declarations();
  return `${[head, ...(declarations.length === 0 ? [] : [declarations.join('\n')]), ...modules].join('\n\n')}\n`;
}

function printModule(module: Module, enums: Enumerations): readonly string[] {
  const { blackBox } = module;
  const lines = [
    ...(blackBox === null ? [] : [blackBox.model === null ? 'blackbox' : `blackbox model ${word(blackBox.model)}`]),
    ...module.clocks.map(printClock),
    ...module.ports.map((port) => printPort(port, enums)),
    ...module.streams.map(printStream),
    ...module.memories.map((memory) => printMemory(memory, enums)),
    ...module.instances.flatMap(printInstance),
    ...module.grids.flatMap(printGrid),
    ...module.nodes.map((node, id) => printNode(node, id, enums)),
    ...(module.body.length === 0 ? [] : ['body', ...indent(printBody(module.body, module))]),
    ...Object.entries(module.outputs).map(([port, id]) => `drive ${word(port)} = %${id}`),
  ];
  return [`module ${word(module.name)}${at(module.place)}`, ...indent(lines)];
}

function printClock(clock: Clock): string {
  return `clock ${word(clock.name)}${clock.reset === null ? '' : ` reset ${word(clock.reset)}`}`;
}

function printPort(port: Port, enums: Enumerations): string {
  const domain = port.clock === null ? 'async' : `on ${word(port.clock)}`;
  return `${port.direction} ${word(port.name)}: ${enums.text(port.type)} ${domain}${at(port.place)}`;
}

function printStream(stream: StreamPorts): string {
  const payload = stream.payload.map(word).join(', ');
  return `stream ${stream.direction} ${word(stream.name)} valid ${word(stream.valid)} ready ${word(stream.ready)} payload [${payload}]`;
}

function printMemory(memory: Memory, enums: Enumerations): string {
  const init = memory.init.length === 0 ? '' : ` init [${memory.init.map((value) => pattern(value, memory.word)).join(', ')}]`;
  return `memory ${word(memory.name)}: ${enums.text(memory.word)} depth ${memory.depth} lanes ${memory.lanes}`
    + ` read ${memory.readDuringWrite}${init}${at(memory.place)}`;
}

function printInstance(instance: Instance): readonly string[] {
  return [
    `instance ${word(instance.name)} of ${word(instance.module)}${at(instance.place)}`,
    ...indent(printClocks(instance.clocks)),
    ...indent(Object.entries(instance.inputs).map(([port, id]) => `in ${word(port)} = %${id}`)),
  ];
}

function printGrid(grid: Grid): readonly string[] {
  return [
    `grid ${word(grid.name)} of ${word(grid.module)} rows ${grid.rows} cols ${grid.cols} ${grid.shape}${at(grid.place)}`,
    ...indent(printClocks(grid.clocks)),
    ...indent(Object.entries(grid.inputs).map(([port, source]) => `in ${word(port)} = ${printSource(source)}`)),
  ];
}

function printSource(source: GridSource): string {
  return 'port' in source ? `${source.from} ${word(source.port)} edge %${source.edge}` : `${source.from} %${source.node}`;
}

function printClocks(clocks: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(clocks).map(([inner, outer]) => `clock ${word(inner)} = ${word(outer)}`);
}

function printNode(node: Node, id: NodeId, enums: Enumerations): string {
  const name = node.name === null ? '' : ` ${word(node.name)}`;
  return `%${id}${name}: ${enums.text(node.type)} = ${printValue(node)}${at(node.place)}`;
}

function printValue(node: Node): string {
  switch (node.kind) {
    case 'input': return `input ${word(node.port)}`;
    case 'const': return `const ${pattern(node.value, node.type)}`;
    case 'op': return `${node.op}(${node.args.map((arg) => `%${arg}`).join(', ')})${node.low === 0 ? '' : ` low ${node.low}`}`;
    case 'reg': return `reg ${word(node.clock)} ${node.resettable ? 'reset' : 'start'} ${pattern(node.reset, node.type)}`
      + (node.synchroniser ? ' synchroniser' : '');
    case 'wire': return node.fallback === null ? 'wire' : `wire else %${node.fallback}`;
    case 'read': return `read ${word(node.memory)} [%${node.address}]${node.clock === null ? '' : ` on ${word(node.clock)}`}`
      + (node.enable === null ? '' : ` when %${node.enable}`);
    case 'instanceOutput': return `instance ${word(node.instance)} ${word(node.port)}`;
    case 'gridOutput': return `grid ${word(node.grid)} ${word(node.port)} ${node.edge}`;
  }
}

function printBody(body: readonly Statement[], module: Module): readonly string[] {
  return body.flatMap((statement) => printStatement(statement, module));
}

function printStatement(s: Statement, module: Module): readonly string[] {
  switch (s.kind) {
    case 'assign': return [`%${s.target} <= %${s.value}${at(s.place)}`];
    case 'when': return [
      `when %${s.condition}${at(s.place)}`, ...indent(printBody(s.then, module)),
      ...(s.otherwise.length === 0 ? [] : ['otherwise', ...indent(printBody(s.otherwise, module))]),
    ];
    case 'switch': {
      const type = module.nodes[s.subject]?.type ?? { kind: 'uint', width: 1 };
      const cases = s.cases.flatMap((c) => [
        ['case', c.values.map((value) => pattern(value, type)).join(', ')].join(c.values.length === 0 ? '' : ' '), ...indent(printBody(c.body, module)),
      ]);
      const fallback = s.fallback.length === 0 ? [] : ['otherwise', ...indent(printBody(s.fallback, module))];
      return [`switch %${s.subject}${at(s.place)}`, ...indent([...cases, ...fallback])];
    }
    case 'write': {
      const mask = s.mask === null ? '' : ` mask %${s.mask}`;
      return [`write ${word(s.memory)} [%${s.address}] = %${s.data}${mask} on ${word(s.clock)}${at(s.place)}`];
    }
    case 'check': return [`${s.check} %${s.condition} on ${word(s.clock)} ${JSON.stringify(s.message)}${at(s.place)}`];
  }
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
