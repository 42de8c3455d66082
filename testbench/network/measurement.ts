/**
 * What a run of a network tells of itself, layer by layer: one plain object, from which text and JSON are made. Its
 * fields keep their names and meanings; `version` goes up when one of them changes, not when one is added.
 */
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import type { LayerKind } from '../../npu/compiler/network/layer.ts';
import { operations } from '../../npu/isa/operations.ts';
import type { Unit } from '../../npu/isa/units.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { endsOf } from '../../npu/graph/ends.ts';
import { workOf } from '../../npu/graph/work.ts';
import type { Graph, GraphData, GraphTensor, Operator } from '../../npu/graph/graph.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { bytesOf, resultsOf } from './results.ts';
import type { NetworkResult } from './run.ts';
import { multipliedBy, occupiedBy, spentOn, type Spent } from './spent.ts';
import { spansOf, timelineOf, type NetworkTimeline, type Span } from './timeline.ts';

export const NETWORK_VERSION = 1;

/** What a layer takes at the least, and what of it. */
export interface LayerBound {
  readonly by: 'multipliers' | 'vector unit' | 'reads' | 'writes' | 'nothing';
  readonly cycles: number;
}

/** What a layer is. */
export interface LayerName {
  /** Of its operator in the graph, the first one where there are several. */
  readonly index: number;
  /** The operator's name in the file; those of several that are done together, with + between. */
  readonly operator: string;
  /** Of the tensor that it makes. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Who does it: a unit of the NPU, the host, or nobody, where only a shape changes. */
  readonly by: 'matrix' | 'vector' | 'dma' | 'host' | 'nobody';
}

export interface LayerMeasurement extends LayerName {
  /** Multiplications that the operator asks for; 0 of one without weights. */
  readonly macs: number;
  /** From the end of all layers before it to its own, in cycles: those of all layers are those of the run. */
  readonly cycles: number;
  /** Cycles in which its unit worked on it, beside other layers on other units. */
  readonly worked: number;
  /** The same by who was at it: each cycle for its own unit if that was, else for another one. */
  readonly spent: Spent;
  readonly bound: LayerBound;
  /**
   * Of `worked` on the matrix engine: cycles for which its products keep others from it, be it full or not. Where
   * weights of its first product came beside another layer's, that one has those cycles.
   */
  readonly occupied: number;
  /** What the bound takes of `worked`, where that is its unit's, 0 to 1; 0 of what no unit of the NPU does. */
  readonly utilisation: number;
  /** Bytes that its commands move over the bus. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Whether every byte is the reference's, also where the host reads it; null where there is none to compare. */
  readonly match: boolean | null;
  /** Bytes that differ. */
  readonly wrong: number;
}

/** A result of the network. */
export interface NetworkOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: GraphTensor['type'];
  readonly data: readonly number[];
}

export interface NetworkMeasurement {
  readonly version: typeof NETWORK_VERSION;
  /** Whether every byte that the NPU made is the reference's. */
  readonly match: boolean;
  /** Of the NPU's own counter. */
  readonly cycles: number;
  readonly macs: number;
  /** MACs of the matrix engine out of those that its multipliers could have done in all `cycles`, 0 to 1. */
  readonly overall: number;
  readonly layers: readonly LayerMeasurement[];
  readonly outputs: readonly NetworkOutput[];
  /** Which layer, by its place in `layers`, each unit worked on over time. */
  readonly timeline: NetworkTimeline;
  readonly commands: number;
  /** Of wall time: making the program (0 where it was made before), building the simulation, stepping it. */
  readonly seconds: { readonly compile: number; readonly build: number; readonly run: number };
}

/** @param reference the value of every tensor, by its number in the graph */
export function measurementOf(
  config: NpuConfig,
  graph: Graph,
  program: RunnableNetwork,
  ran: NetworkResult,
  reference: readonly GraphData[],
  compile: number,
): NetworkMeasurement {
  const { counters, seconds } = ran;
  const spans = spansOf(program, ran.left);
  // The last step ends when the NPU does, but for the interrupt.
  const end = ran.left.ends.reduce((last, one) => Math.max(last, one), 0);
  const start = end - counters.cycles;
  const layers = layersOf(config, graph, program, ran, reference, spans, start);
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
  const results = resultsOf(graph, program, ran, reference);
  return {
    version: NETWORK_VERSION,
    match: layers.every(({ match }) => match !== false),
    cycles: counters.cycles,
    macs,
    overall: macsOn(layers, 'matrix') / (counters.cycles * matrixEngineOf(config).description.multipliers(config)),
    layers,
    outputs: graph.outputs.flatMap((output) => outputOf(graph.tensors[output], results.get(output))),
    // What little the interrupt takes may be more than there is before the first step; there may be no step at all.
    timeline: timelineOf(spans, Math.max(0, start), Math.max(end, counters.cycles)),
    commands: program.commands.length,
    seconds: { compile, ...seconds },
  };
}

function outputOf(tensor: GraphTensor | undefined, bytes: Uint8Array | undefined): NetworkOutput[] {
  if (tensor === undefined || bytes === undefined) return [];
  const { name, shape, type } = tensor;
  const buffer = bytes.slice().buffer;
  const data =
    type === 'int8'
      ? new Int8Array(buffer)
      : type === 'int16'
        ? new Int16Array(buffer)
        : type === 'int32'
          ? new Int32Array(buffer)
          : type === 'float32'
            ? new Float32Array(buffer)
            : new Uint8Array(buffer);
  return [{ name, shape, type, data: [...data] }];
}

/** Multiplications of the layers that one unit does. */
const macsOn = (layers: readonly LayerMeasurement[], unit: LayerMeasurement['by']): number =>
  layers.reduce((sum, { by, macs }) => sum + (by === unit ? macs : 0), 0);

/** Operators that multiply by weights. */
const weighted = new Set<Operator['kind']>(['conv2d', 'depthwiseConv2d', 'fullyConnected', 'transposeConv']);

/** Multiplications of an operator. */
const macsOf = (graph: Graph, operator: Operator): number =>
  weighted.has(operator.kind) ? workOf(operator, endsOf(graph, operator)) : 0;

function doneBy(kind: LayerKind): LayerMeasurement['by'] {
  switch (kind) {
    case 'host':
      return 'host';
    case 'rename':
      return 'nobody';
    case 'move':
      return 'dma';
    case 'convolution':
      return 'matrix';
    default:
      return 'vector';
  }
}

/** A layer's operators, the tensor that it makes, and what it is called. */
function layerOf(graph: Graph, { kind, output: { tensor }, operators: indices }: RunnableNetwork['layers'][number]) {
  const [index = 0] = indices;
  const operators = indices.flatMap((one) => graph.operators[one] ?? []);
  const [operator] = operators;
  // What only this operator's layers have is called as its result.
  const made = graph.tensors[tensor] ?? graph.tensors[operator?.outputs[0] ?? -1];
  if (operator === undefined || made === undefined) throw new RangeError(`operator ${index} makes no tensor ${tensor}`);
  const { name, shape } = made;
  const title = operators.map((one) => one.title).join(' + ');
  return { operators, title, made, index, name, shape, by: doneBy(kind) };
}

/** What the layers of a program are. */
export const layerNames = (graph: Graph, { layers }: Pick<RunnableNetwork, 'layers'>): LayerName[] =>
  layers.map((layer) => {
    const { title, index, name, shape, by } = layerOf(graph, layer);
    return { index, operator: title, name, shape, by };
  });

/** Its own unit, what makes results of sums, what brings operands. */
const orderOf = (by: LayerName['by']): readonly Unit[] =>
  by === 'matrix' ? ['matrix', 'vector', 'load', 'store'] : ['vector', 'matrix', 'load', 'store'];

/** Layers by what they took, and what they take at the least. */
function layersOf(
  config: NpuConfig,
  graph: Graph,
  program: RunnableNetwork,
  { left, outputs }: Pick<NetworkResult, 'left' | 'outputs'>,
  reference: readonly GraphData[],
  spans: readonly Span[],
  start: number,
): LayerMeasurement[] {
  const multipliers = matrixEngineOf(config).description.multipliers(config);
  let until = start;
  const occupations = program.layers.map(({ kind }, layer) =>
    doneBy(kind) === 'matrix' ? occupiedBy(config, program, layer) : 0,
  );
  // Layers of one operator share its multiplications as they share its cycles.
  const together = new Map<number, number>();
  program.layers.forEach(({ operators: [index = 0] }, layer) => {
    together.set(index, (together.get(index) ?? 0) + (occupations[layer] ?? 0));
  });
  return program.layers.map((one, layer): LayerMeasurement => {
    const { operators, title, made, ...name } = layerOf(graph, one);
    const {
      kind,
      output: { tensor },
    } = one;
    const end = program.steps.reduce(
      (last, step, at) => (step.layer === layer ? Math.max(last, left.ends[at] ?? 0) : last),
      until,
    );
    const cycles = end - until;
    const spent = spentOn(spans, layer, { from: until, to: end }, orderOf(name.by));
    until = end;
    const occupied = occupations[layer] ?? 0;
    const share = name.by === 'matrix' ? occupied / (together.get(name.index) ?? occupied) : 1;
    const all = operators.reduce((sum, operator) => sum + macsOf(graph, operator), 0);
    const macs = kind === 'move' ? 0 : Math.round(share * all);
    const own = program.steps.filter((step) => step.layer === layer);
    const worked = workedOn(spans, layer, name.by);
    const moved = (unit: 'load' | 'store'): number =>
      own.filter((step) => step.unit === unit).reduce((sum, { command }) => sum + movedBy(command), 0);
    const [bytesRead, bytesWritten] = [moved('load'), moved('store')];
    const { by } = name;
    const wrong = wrongIn(reference[tensor], [left.tensors.get(tensor), outputs.get(tensor)], by);
    const least = {
      matrix: by === 'matrix' ? Math.ceil(macs / multipliers) : 0,
      vector:
        kind === 'depthwise'
          ? Math.ceil(multipliedBy(program, layer) / (DEPTHWISE_MULTIPLIERS * config.cols))
          : by === 'vector' || by === 'matrix'
            ? Math.ceil(share * linesOf(config, made))
            : 0,
    };
    const bound = boundOf([
      { by: 'multipliers', cycles: least.matrix },
      { by: 'vector unit', cycles: least.vector },
      { by: 'reads', cycles: Math.ceil(bytesRead / config.busBytes) },
      { by: 'writes', cycles: Math.ceil(bytesWritten / config.busBytes) },
    ]);
    return {
      ...name,
      operator: title,
      macs,
      cycles,
      worked,
      spent,
      bound,
      occupied: Math.min(occupied, worked),
      utilisation:
        worked === 0
          ? 0
          : { matrix: least.matrix, vector: least.vector, dma: bound.cycles, host: 0, nobody: 0 }[by] / worked,
      bytesRead,
      bytesWritten,
      match: wrong === null ? null : wrong === 0,
      wrong: wrong ?? 0,
    };
  });
}

/**
 * Bytes of a result that are not the reference's, wherever it was seen: all of one that the NPU was to make and that
 * nobody saw. Null where there is nothing to compare.
 */
function wrongIn(
  reference: GraphData | undefined,
  seen: readonly (Uint8Array | undefined)[],
  by: LayerMeasurement['by'],
): number | null {
  if (reference === undefined) return null;
  const found = seen.filter((bytes) => bytes !== undefined);
  if (found.length === 0 && (by === 'host' || by === 'nobody')) return null;
  const isRight = (byte: number, at: number): boolean => found.length > 0 && found.every((one) => one[at] === byte);
  return bytesOf(reference).filter((byte, at) => !isRight(byte, at)).length;
}

/** Cycles in which who does a layer worked on it; of the DMA, either half of it. */
function workedOn(spans: readonly Span[], layer: number, by: LayerMeasurement['by']): number {
  const isOf = (unit: Unit): boolean => (by === 'dma' ? unit === 'load' || unit === 'store' : unit === by);
  const own = spans.filter((span) => span.layer === layer && isOf(span.unit));
  let [until, worked] = [0, 0];
  for (const { start, end } of own.sort((one, other) => one.start - other.start)) {
    worked += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return worked;
}

/** Multipliers of a lane of the vector unit that take part in a depthwise convolution. */
const DEPTHWISE_MULTIPLIERS = 3;

/** Lines of a result, of which the vector unit makes one a cycle. */
const linesOf = ({ cols }: NpuConfig, { shape }: GraphTensor): number => {
  const channels = shape.at(-1) ?? 1;
  return (shape.reduce((all, size) => all * size, 1) / channels) * Math.ceil(channels / cols);
};

const boundOf = (bounds: readonly LayerBound[]): LayerBound =>
  bounds.reduce<LayerBound>((most, one) => (one.cycles > most.cycles ? one : most), { by: 'nothing', cycles: 0 });

/** Bytes that a command moves over the bus. */
function movedBy({ operation, fields }: RunnableNetwork['steps'][number]['command']): number {
  const all: Readonly<Record<string, unknown>> = fields;
  return operations[operation].unit === 'control' || operation === 'fill'
    ? 0
    : Number(all['lines']) * Number(all['lineBytes']);
}
