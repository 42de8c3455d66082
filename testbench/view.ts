/** What to show of a run of the NPU: groups by unit, formats, and markers at its phases. */
import type { Simulator, TraceSource } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { SEMAPHORES } from '../npu/isa/operations.ts';
import { unitNames } from '../npu/isa/units.ts';
import { signal } from './matrix-view.ts';
import { unitGroups } from './unit-view.ts';
import { defaultView, type Marker, type View, type ViewGroup, type ViewSignal } from '../waveforms/index.ts';

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
  const traced = new Set([
    ...trace.signals.map(({ scope, name }) => [...scope, name].join('.')),
    'system.clk',
    'system.cycle',
  ]);
  const view = npuView(config, markers);
  const groups = view.groups.map((group) => ({
    ...group,
    signals: group.signals.filter(({ path }) => traced.has(path)),
  }));
  const isWhole = groups.every(({ signals }, i) => signals.length === view.groups[i]?.signals.length);
  if (isWhole) return view;
  const {
    groups: [, ...byScope],
    notes,
  } = defaultView(trace);
  return {
    ...view,
    groups: [...groups.filter(({ signals }) => signals.length > 0), ...byScope],
    ...(notes === undefined ? {} : { notes }),
  };
}

/** The view of all signals of a run on `config`. */
export function npuView(config: NpuConfig, markers: readonly Marker[]): View {
  const control: ViewGroup = {
    name: 'control',
    signals: [
      signal('cycle', { format: 'decimal' }),
      signal('clk'),
      signal('irq'),
      signal('npu.fetch.held', { label: 'commands ahead', format: 'decimal' }),
      signal('npu.fetch.head', { format: 'decimal' }),
      ...unitNames.map((unit) => signal(`npu.dispatch.${unit}_busy`)),
    ],
  };
  const order: ViewGroup = {
    name: 'commands and semaphores',
    closed: true,
    signals: [
      ...unitNames.map((unit) => signal(`npu.dispatch.${unit}_tag`, { format: 'decimal' })),
      ...Array.from({ length: SEMAPHORES }, (_, s) => signal(`npu.dispatch.semaphore_${s}`, { format: 'decimal' })),
    ],
  };
  const channel = (name: string, payload: readonly string[]): ViewSignal[] =>
    [`${name}_valid`, `${name}_ready`, ...payload.map((field) => `${name}_payload_${field}`)].map((port) =>
      signal(`npu.${port}`),
    );
  const axi: ViewGroup = {
    name: 'AXI',
    signals: [
      ...channel('ar', ['id', 'addr', 'len']),
      ...channel('r', ['id', 'data', 'resp', 'last']),
      ...channel('aw', ['addr', 'len']),
      ...channel('w', ['data', 'strb', 'last']),
      ...channel('b', ['resp']),
    ],
  };
  // The first operands in the array, and what comes just before.
  const compute = markers.find(({ name }) => name === 'compute')?.time;
  const visible =
    compute === undefined
      ? {}
      : { visible: { from: Math.max(0, compute - 8), to: compute + 2 * (config.rows + config.cols) + 48 } };
  return {
    groups: [control, order, ...unitNames.flatMap((unit) => unitGroups[unit](config)), axi],
    markers,
    ...visible,
  };
}
