import { checkGraph } from '../../graph/check.ts';
import type { Graph, Operator } from '../../graph/graph.ts';
import { damaged, TfliteError } from './error.ts';
import { FlatFile, Table } from './flat-table.ts';
import { operators, type KnownOperator } from './operators.ts';
import { Place } from './place.ts';
import { IDENTIFIER, modelRow, operatorNames, SCHEMA_VERSION, type ModelRow, type OperatorRow } from './schema.ts';
import { Tensors } from './tensors.ts';

/**
 * The network of a .tflite file, checked: whatever the graph says can be relied on. Tensors that only say how an
 * operator works (shapes, axes, paddings) are among its attributes; all others keep their order and names. Operators
 * whose results nothing takes, or only to know a shape, are left out. Constants of 8 bits are views of `bytes`, which
 * must not change afterwards.
 * @throws TfliteError, NetworkError (one line) for anything else than a network whose operators are all there
 */
export function importTflite(bytes: Uint8Array): Graph {
  const { main, operatorCodes, buffers } = modelOf(bytes);
  const tensors = new Tensors(bytes, main.tensors, buffers);
  const live = liveOperators(main, operatorCodes);
  const read = main.operators.flatMap((row, index) =>
    live.has(index) ? operatorOf(row, index, operatorCodes, tensors) : [],
  );
  const graph = numberedAnew(read, main, tensors);
  checkGraph(graph);
  return graph;
}

/** With its main network, which there has to be. */
type Model = ModelRow & { readonly main: NonNullable<ModelRow['main']> };

function modelOf(bytes: Uint8Array): Model {
  const identifier = Buffer.from(bytes.subarray(4, 8)).toString('latin1');
  if (bytes.length < 8 || identifier !== IDENTIFIER) {
    throw new TfliteError(
      `this is no .tflite file: its bytes 4 to 7 are not '${IDENTIFIER}'; give what TensorFlow Lite's converter writes`,
    );
  }
  const { version, main, ...rest } = modelRow(new FlatFile(bytes).root());
  if (version !== SCHEMA_VERSION) {
    throw new TfliteError(`the file is of version ${version}; convert the network to version ${SCHEMA_VERSION}`);
  }
  if (main === null) damaged('there is no network in it');
  return { version, main, ...rest };
}

/** The name of an operator's kind. */
const nameOf = ({ code }: ModelRow['operatorCodes'][number]): string => operatorNames[code] ?? `operator code ${code}`;

const knownOperator = (name: string): KnownOperator | undefined =>
  Object.hasOwn(operators, name) ? operators[name] : undefined;

/** The numbers of the operators whose results are wanted in the end, for more than the shape of something. */
function liveOperators({ operators, outputs }: Model['main'], codes: ModelRow['operatorCodes']): ReadonlySet<number> {
  const wanted = new Set(outputs);
  const live = new Set<number>();
  for (const [index, { code, inputs, outputs }] of [...operators.entries()].toReversed()) {
    if (!outputs.some((output) => wanted.has(output))) continue;
    live.add(index);
    const kind = codes[code];
    const shapeAt = kind === undefined ? undefined : knownOperator(nameOf(kind))?.shapeAt;
    for (const [at, input] of inputs.entries()) if (at !== shapeAt) wanted.add(input);
  }
  return live;
}

function operatorOf(
  row: OperatorRow,
  index: number,
  codes: ModelRow['operatorCodes'],
  tensors: Tensors,
): Operator | readonly Operator[] {
  const code = codes[row.code];
  if (code === undefined) damaged(`operator ${index} is of kind ${row.code}, and it has ${codes.length} kinds`);
  const name = nameOf(code);
  const title = name === 'CUSTOM' ? `CUSTOM ${JSON.stringify(code.custom.slice(0, 40))}` : name;
  const known = knownOperator(name);
  const options = row.options ?? new Table(new FlatFile(new Uint8Array()), null);
  const place = new Place(index, title, tensors, { inputs: row.inputs, outputs: row.outputs, options });
  if (known === undefined) {
    return place.refuse('is none that this NPU has', `replace it by some of ${Object.keys(operators).join(', ')}`);
  }
  if (row.options !== null && known.options !== undefined && row.optionsType !== known.options) {
    place.refuseConversion(`has options of another operator (${row.optionsType})`);
  }
  return known.read(place);
}

/** The graph of what is used, its tensors counted anew, in the file's order. */
function numberedAnew(read: readonly Operator[], main: Model['main'], tensors: Tensors): Graph {
  const ends = read.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]).filter((index) => index !== null);
  const used = [...new Set([...main.inputs, ...main.outputs, ...ends])].toSorted((a, b) => a - b);
  const numbers = new Map(used.map((index, number) => [index, number]));
  const numberOf = (index: number): number => numbers.get(index) ?? 0;
  return {
    tensors: used.map((index) => tensors.at(index)),
    operators: read.map((operator) => ({
      ...operator,
      inputs: operator.inputs.map((index) => (index === null ? null : numberOf(index))),
      outputs: operator.outputs.map(numberOf),
    })),
    inputs: main.inputs.map(numberOf),
    outputs: main.outputs.map(numberOf),
  };
}
