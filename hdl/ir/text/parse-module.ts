import type {
  BlackBox,
  Clock,
  Grid,
  GridSource,
  Instance,
  Memory,
  Module,
  Node,
  NodeId,
  ParameterValue,
  Part,
  Port,
  Statement,
  StreamPorts,
} from '../types.ts';
import type { Cursor } from './cursor.ts';
import type { Enumeration } from './enumerations.ts';
import { parseBody } from './parse-body.ts';
import { parseNode } from './parse-node.ts';
import { edges, readRules, shapes } from './words.ts';

type Enums = ReadonlyMap<string, Enumeration>;

const parts = [
  'blackbox',
  'parameter',
  'clock',
  'in',
  'out',
  'stream',
  'memory',
  'instance',
  'grid',
  'body',
  'drive',
] as const;

/** The module whose line `cursor` reads, after the word `module`. */
export function parseModule(cursor: Cursor, enums: Enums): Module {
  const name = cursor.name('the name of a module');
  const place = cursor.place();
  let blackBox: Module['blackBox'] = null;
  const parameters: Parameter[] = [];
  const clocks: Clock[] = [];
  const ports: Port[] = [];
  const streams: StreamPorts[] = [];
  const nodes: Node[] = [];
  const memories: Memory[] = [];
  const instances: Instance[] = [];
  const grids: Grid[] = [];
  const body: Statement[] = [];
  const outputs: [string, NodeId][] = [];
  for (const line of cursor.line.below) {
    const at = cursor.on(line);
    if (line.tokens[0]?.startsWith('%') === true) {
      nodes.push(parseNode(at, nodes.length, enums));
      continue;
    }
    const part = at.choice(parts, 'a node or a part of a module');
    switch (part) {
      case 'blackbox':
        blackBox = parseBlackBox(at, parameters);
        break;
      case 'parameter':
        parameters.push(parseParameter(at));
        break;
      case 'clock':
        clocks.push({
          name: at.name('the name of a clock'),
          reset: at.accept('reset') ? at.name('the name of a reset') : null,
        });
        at.end();
        break;
      case 'in':
      case 'out':
        ports.push(parsePort(at, part, enums));
        break;
      case 'stream':
        streams.push(parseStream(at));
        break;
      case 'memory':
        memories.push(parseMemory(at, enums));
        break;
      case 'instance':
        instances.push(parseInstance(at));
        break;
      case 'grid':
        grids.push(parseGrid(at));
        break;
      case 'body':
        at.end();
        body.push(...parseBody(at));
        break;
      case 'drive':
        outputs.push(parseConnection(at, () => at.node('a node')));
        at.end();
        break;
    }
    if (part !== 'instance' && part !== 'grid' && part !== 'body') at.leaf();
  }
  return {
    name,
    clocks,
    ports,
    streams,
    nodes,
    memories,
    instances,
    grids,
    body,
    outputs: Object.fromEntries(outputs),
    blackBox,
    place,
  };
}

type Parameter = Part['parameters'][number];

/** `parameters`: those on the lines that follow. */
function parseBlackBox(at: Cursor, parameters: Parameter[]): BlackBox {
  const part = at.accept('part') ? { name: at.name('the name of a part'), parameters } : null;
  const model = at.accept('model') ? at.name('the name of a module') : null;
  at.end();
  return { model, part };
}

function parseParameter(at: Cursor): Parameter {
  const name = at.name('the name of a parameter');
  at.expect('=');
  const kind = at.choice(
    ['integer', 'negative', 'bits', 'string', 'real'],
    '"integer", "negative", "bits", "string" or "real"',
  );
  const value = ((): ParameterValue => {
    switch (kind) {
      case 'integer':
        return { kind, value: at.pattern() };
      case 'negative':
        return { kind: 'integer', value: -at.pattern() };
      case 'bits':
        return { kind, width: at.number('a width'), value: at.pattern() };
      case 'string':
      case 'real':
        return { kind, value: at.string('a text in quotes') };
    }
  })();
  at.end();
  return { name, value };
}

function parsePort(at: Cursor, direction: Port['direction'], enums: Enums): Port {
  const name = at.name('the name of a port');
  at.expect(':');
  const type = at.type(enums);
  const clock = at.choice(['on', 'async'], '"on" or "async"') === 'on' ? at.name('the name of a clock') : null;
  return { name, direction, type, clock, place: at.place() };
}

function parseStream(at: Cursor): StreamPorts {
  const direction = at.choice(['in', 'out'], '"in" or "out"');
  const name = at.name('the name of a stream');
  const [valid, ready] = [portAfter(at, 'valid'), portAfter(at, 'ready')];
  at.expect('payload');
  at.expect('[');
  const payload = at.list(']', () => at.name('the name of a port'));
  at.end();
  return { name, direction, valid, ready, payload };
}

function portAfter(at: Cursor, word: string): string {
  at.expect(word);
  return at.name('the name of a port');
}

function parseMemory(at: Cursor, enums: Enums): Memory {
  const name = at.name('the name of a memory');
  at.expect(':');
  const word = at.type(enums);
  at.expect('depth');
  const depth = at.number('a number of words');
  at.expect('lanes');
  const lanes = at.number('a number of lanes');
  at.expect('read');
  const readDuringWrite = at.choice(readRules, '"old", "new" or "undefined"');
  let init: readonly bigint[] = [];
  if (at.accept('init')) {
    at.expect('[');
    init = at.list(']', () => at.pattern());
  }
  return { name, depth, word, lanes, readDuringWrite, init, place: at.place() };
}

function parseInstance(at: Cursor): Instance {
  const { name, module } = parseWhat(at);
  const place = at.place();
  const { clocks, inputs } = parseConnections(at, (line) => line.node('a node'));
  return { name, module, inputs, clocks, place };
}

function parseGrid(at: Cursor): Grid {
  const { name, module } = parseWhat(at);
  at.expect('rows');
  const rows = at.number('a number of rows');
  at.expect('cols');
  const cols = at.number('a number of columns');
  const shape = at.choice(shapes, '"full", "lower" or "upper"');
  const place = at.place();
  const { clocks, inputs } = parseConnections(at, parseSource);
  return { name, module, rows, cols, shape, inputs, clocks, place };
}

function parseWhat(at: Cursor): { readonly name: string; readonly module: string } {
  const name = at.name('a name');
  at.expect('of');
  return { name, module: at.name('the name of a module') };
}

function parseSource(at: Cursor): GridSource {
  const from = at.choice(['all', 'row', 'column', 'cell', ...edges], 'where the cells take it from');
  if (from === 'all' || from === 'row' || from === 'column' || from === 'cell')
    return { from, node: at.node('a node') };
  const port = at.name('the name of a port');
  at.expect('edge');
  return { from, port, edge: at.node('a node') };
}

interface Connections<Source> {
  readonly clocks: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, Source>>;
}

/** The lines `clock inner = outer` and `in port = source` below an instance or a grid. */
function parseConnections<Source>(at: Cursor, source: (line: Cursor) => Source): Connections<Source> {
  const clocks: [string, string][] = [];
  const inputs: [string, Source][] = [];
  for (const below of at.line.below) {
    const line = at.on(below);
    if (line.choice(['clock', 'in'], '"clock" or "in"') === 'in')
      inputs.push(parseConnection(line, () => source(line)));
    else clocks.push(parseConnection(line, () => line.name('the name of a clock')));
    line.end();
    line.leaf();
  }
  return { clocks: Object.fromEntries(clocks), inputs: Object.fromEntries(inputs) };
}

function parseConnection<T>(at: Cursor, value: () => T): [string, T] {
  const name = at.name('a name');
  at.expect('=');
  return [name, value()];
}
