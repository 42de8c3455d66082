/** What to show of a run of the NPU: groups by unit, formats, and markers at its phases. */
import type { Simulator, TraceSource } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { SEMAPHORES, units } from '../npu/isa/operations.ts';
import { defaultView, type Marker, type View, type ViewGroup, type ViewSignal } from '../waveforms/index.ts';

/** Cells shown at first: the corner of a large array, all of a small one. */
const CELLS = 4;

const signal = (path: string, more: Omit<ViewSignal, 'path'> = {}): ViewSignal => ({ path: `system.${path}`, ...more });

/** Notes the times at which the run's phases begin. Attach it before the first step. */
export function phaseMarkers(sim: Simulator): () => readonly Marker[] {
  const phases = [
    { name: 'load', signal: sim.signal('npu.load.busy') },
    { name: 'compute', signal: sim.signal('npu.matrix.active') },
    { name: 'drain', signal: sim.signal('npu.store.busy') },
    { name: 'done', signal: sim.signal('irq') },
  ];
  const found = new Map<string, number>();
  const stop = sim.trace({ scope: 'irq' }).onSample(({ time }) => {
    for (const phase of phases) if (!found.has(phase.name) && phase.signal.get() === 1n) found.set(phase.name, time);
    if (found.size === phases.length) stop();
  });
  return () => [...found].map(([name, time]) => ({ name, time }));
}

/**
 * The view of a run on `config` for the signals of a trace: the NPU's groups as far as they are traced, and where not
 * all is, a group for each scope after them.
 */
export function viewOfRun(trace: TraceSource, config: NpuConfig, markers: readonly Marker[]): View {
  const traced = new Set([...trace.signals.map(({ scope, name }) => [...scope, name].join('.')), 'system.clk', 'system.cycle']);
  const view = npuView(config, markers);
  const groups = view.groups.map((group) => ({ ...group, signals: group.signals.filter(({ path }) => traced.has(path)) }));
  const isWhole = groups.every(({ signals }, i) => signals.length === view.groups[i]?.signals.length);
  if (isWhole) return view;
  const { groups: [, ...byScope], notes } = defaultView(trace);
  return { ...view, groups: [...groups.filter(({ signals }) => signals.length > 0), ...byScope], ...(notes === undefined ? {} : { notes }) };
}

/** The view of all signals of a run on `config`. */
export function npuView({ rows, cols }: NpuConfig, markers: readonly Marker[]): View {
  const control: ViewGroup = {
    name: 'control', signals: [
      signal('cycle', { format: 'decimal' }), signal('clk'), signal('irq'), signal('npu.fetch.state', { label: 'fetch' }), signal('npu.fetch.head', { format: 'decimal' }),
      ...units.map((unit) => signal(`npu.dispatch.${unit}_busy`)),
    ],
  };
  const order: ViewGroup = {
    name: 'commands and semaphores', closed: true, signals: [
      ...units.map((unit) => signal(`npu.dispatch.${unit}_tag`, { format: 'decimal' })),
      ...Array.from({ length: SEMAPHORES }, (_, s) => signal(`npu.dispatch.semaphore_${s}`, { format: 'decimal' })),
    ],
  };
  const channel = (name: string, payload: readonly string[]): ViewSignal[] =>
    [`${name}_valid`, `${name}_ready`, ...payload.map((field) => `${name}_payload_${field}`)].map((port) => signal(`npu.${port}`));
  const axi: ViewGroup = {
    name: 'AXI', signals: [
      ...channel('ar', ['id', 'addr', 'len']), ...channel('r', ['id', 'data', 'resp', 'last']),
      ...channel('aw', ['addr', 'len']), ...channel('w', ['data', 'strb', 'last']), ...channel('b', ['resp']),
    ],
  };
  const matrix: ViewGroup = {
    name: 'matrix engine', signals: [
      signal('npu.matrix.state'), signal('npu.matrix.job_dataflow', { label: 'dataflow' }), signal('npu.matrix.active', { colour: 'green' }),
      signal('npu.matrix.start', { colour: 'yellow' }), signal('npu.matrix.feed'), signal('npu.matrix.load'),
      signal('npu.matrix.a_line', { format: 'decimal' }), signal('npu.matrix.b_line', { format: 'decimal' }), signal('npu.matrix.c_line', { format: 'decimal' }),
      signal('npu.matrix.update_enable'), signal('npu.matrix.update_line', { format: 'decimal' }),
    ],
  };
  const cell = (r: number, c: number, name: string, more: Omit<ViewSignal, 'path'> = {}): ViewSignal =>
    signal(`npu.matrix.array.cell[${r}][${c}].${name}`, { label: `${name} ${r},${c}`, ...more });
  const shown = Array.from({ length: Math.min(rows, CELLS) }, (_, r) => Array.from({ length: Math.min(cols, CELLS) }, (__, c) => [r, c] as const)).flat();
  const array: ViewGroup = {
    name: `array ${rows} x ${cols}${rows > CELLS || cols > CELLS ? ' (its north-west corner)' : ''}`, signals: shown.flatMap(([r, c]) => [
      cell(r, c, 'a', { colour: 'orange' }), cell(r, c, 'cur', { colour: 'yellow' }), cell(r, c, 'sum', { colour: 'green' }), cell(r, c, 'valid'),
    ]),
  };
  const last: ViewSignal[] = [signal(`npu.matrix.array.cell[${rows - 1}][${cols - 1}].sum`, { format: 'analog', colour: 'blue', label: 'sum of the last cell' })];
  const memories: ViewGroup = {
    name: 'DMA and memories', signals: [
      signal('npu.load.write_valid'), signal('npu.load.write_ready'), signal('npu.load.write_payload_space'), signal('npu.load.write_payload_address'),
      signal('npu.store.read_valid'), signal('npu.store.read_ready'), signal('npu.store.read_payload_space'), signal('npu.store.read_payload_address'),
      signal('npu.accumulator.overflow', { colour: 'red' }),
    ],
  };
  const vector: ViewGroup = { name: 'vector unit', closed: true, signals: [signal('npu.vector.state'), signal('npu.vector.row', { format: 'decimal' }), signal('npu.vector.group', { format: 'decimal' })] };
  // The first operands in the array, and what comes just before.
  const compute = markers.find(({ name }) => name === 'compute')?.time;
  const visible = compute === undefined ? {} : { visible: { from: Math.max(0, compute - 8), to: compute + 2 * (rows + cols) + 48 } };
  return { groups: [control, order, matrix, array, { name: 'results', signals: last }, axi, memories, vector], markers, ...visible };
}
