import type {
  BlackBox,
  Clock,
  Design,
  Grid,
  GridSource,
  Instance,
  Memory,
  Module,
  Node,
  NodeId,
  ParameterValue,
  Port,
  Statement,
  StreamPorts,
} from '../types.ts';
import { elsewhenOf, walkBody, type Leaf } from '../body.ts';
import { Enumerations } from './enumerations.ts';
import { at, header, pattern, word } from './words.ts';

/**
 * A design as text, a module after those that it instantiates; `parseDesign` gives the same design back. Ends with a
 * newline.
 */
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
    ...(blackBox === null ? [] : printBlackBox(blackBox)),
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

function printBlackBox({ model, part }: BlackBox): readonly string[] {
  const head = `blackbox${part === null ? '' : ` part ${word(part.name)}`}${model === null ? '' : ` model ${word(model)}`}`;
  return [
    head,
    ...(part?.parameters ?? []).map(({ name, value }) => `parameter ${word(name)} = ${printParameter(value)}`),
  ];
}

function printParameter(given: ParameterValue): string {
  switch (given.kind) {
    case 'integer':
      return given.value < 0n
        ? `negative ${pattern(-given.value, integerType)}`
        : `integer ${pattern(given.value, integerType)}`;
    case 'bits':
      return `bits ${given.width} ${pattern(given.value, { kind: 'uint', width: given.width })}`;
    case 'string':
    case 'real':
      return `${given.kind} ${JSON.stringify(given.value)}`;
  }
}

const integerType = { kind: 'uint', width: 1 } as const;

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
  const init =
    memory.init.length === 0 ? '' : ` init [${memory.init.map((value) => pattern(value, memory.word)).join(', ')}]`;
  return (
    `memory ${word(memory.name)}: ${enums.text(memory.word)} depth ${memory.depth} lanes ${memory.lanes}` +
    ` read ${memory.readDuringWrite}${init}${at(memory.place)}`
  );
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
  return 'port' in source
    ? `${source.from} ${word(source.port)} edge %${source.edge}`
    : `${source.from} %${source.node}`;
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
    case 'input':
      return `input ${word(node.port)}`;
    case 'const':
      return `const ${pattern(node.value, node.type)}`;
    case 'op':
      return `${node.op}(${node.args.map((arg) => `%${arg}`).join(', ')})${node.low === 0 ? '' : ` low ${node.low}`}`;
    case 'reg':
      return (
        `reg ${word(node.clock)} ${node.resettable ? 'reset' : 'start'} ${pattern(node.reset, node.type)}` +
        (node.synchroniser ? ' synchroniser' : '')
      );
    case 'wire':
      return node.fallback === null ? 'wire' : `wire else %${node.fallback}`;
    case 'read':
      return (
        `read ${word(node.memory)} [%${node.address}]${node.clock === null ? '' : ` on ${word(node.clock)}`}` +
        (node.enable === null ? '' : ` when %${node.enable}`)
      );
    case 'instanceOutput':
      return `instance ${word(node.instance)} ${word(node.port)}`;
    case 'gridOutput':
      return `grid ${word(node.grid)} ${word(node.port)} ${node.edge}`;
  }
}

/**
 * The lines of a body. What stands alone in an `otherwise` and is a `when` itself is an `elsewhen`: long chains go on,
 * not in.
 */
function printBody(body: readonly Statement[], module: Module): readonly string[] {
  const lines: string[] = [];
  let margin = '';
  const margins: string[] = [];
  /** The `when` that continues the chain above it. */
  let chained: Statement | null = null;
  walkBody(body, {
    leaf: (statement) => {
      lines.push(margin + printLeaf(statement));
    },
    enter: (s) => {
      margins.push(margin);
      if (s.kind === 'when') {
        lines.push(`${margin}${s === chained ? 'elsewhen' : 'when'} %${s.condition}${at(s.place)}`);
      } else {
        lines.push(`${margin}switch %${s.subject}${at(s.place)}`);
        margin = `${margin}  `;
      }
    },
    arm: (s, index) => {
      const outside = margins.at(-1) ?? '';
      if (s.kind === 'switch') {
        const values = s.cases[index]?.values;
        margin = `${outside}    `;
        if (values !== undefined) lines.push(`${outside}  ${printCase(values, module.nodes[s.subject])}`);
        else if (s.fallback.length > 0) lines.push(`${outside}  otherwise`);
        return;
      }
      chained = index === 1 ? elsewhenOf(s) : null;
      margin = chained === null ? `${outside}  ` : outside;
      if (index === 1 && chained === null && s.otherwise.length > 0) lines.push(`${outside}otherwise`);
    },
    leave: () => {
      margin = margins.pop() ?? '';
    },
  });
  return lines;
}

function printCase(values: readonly bigint[], subject: Node | undefined): string {
  const type = subject?.type ?? { kind: 'uint', width: 1 };
  return values.length === 0 ? 'case' : `case ${values.map((value) => pattern(value, type)).join(', ')}`;
}

function printLeaf(s: Leaf): string {
  switch (s.kind) {
    case 'assign':
      return `%${s.target} <= %${s.value}${at(s.place)}`;
    case 'write': {
      const mask = s.mask === null ? '' : ` mask %${s.mask}`;
      return `write ${word(s.memory)} [%${s.address}] = %${s.data}${mask} on ${word(s.clock)}${at(s.place)}`;
    }
    case 'check':
      return `${s.check} %${s.condition} on ${word(s.clock)} ${JSON.stringify(s.message)}${at(s.place)}`;
  }
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
