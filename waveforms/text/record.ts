/** Waveforms as text, for terminals and for snapshots in tests. */
import { TracedValues } from '../../hdl/sim/changes.ts';
import type { TracedSignal, TraceSource } from '../../hdl/sim/trace.ts';
import { cycleAt, cycleClock, cycleStart, isHigh } from '../clocks.ts';
import { WaveformError } from '../error.ts';
import { checkLast, Recording, type Stretch } from '../recording.ts';
import { pathOf, signalsAt } from '../variables.ts';
import { draw, type Row } from './draw.ts';
import { labelsOf, widthFor } from './layout.ts';
import { showPattern } from './values.ts';

export interface TextOptions {
  /** Paths of the signals to show, in this order; the top module's name may be left out. All, unless given. */
  readonly signals?: readonly string[];
  /** Whether to show the clocks too; unless given, where there are several. */
  readonly clocks?: boolean;
  /** Keeps only the last N cycles, so that memory stays bounded. */
  readonly last?: number;
}

export interface DrawOptions {
  /** First cycle of the first clock to show; unless given, the first that was recorded. */
  readonly from?: number;
  /** The cycle to stop before; unless given, the one after the current. */
  readonly to?: number;
  /** Only so many cycles before `to`. */
  readonly last?: number;
  /** Columns a cycle, 2 or more; unless given, what the longest value needs, from 4 to 12. */
  readonly width?: number;
}

export interface TextWave {
  /**
   * Draws what was recorded, and the current cycle. What happens between two columns is not seen.
   * @throws WaveformError when none of the cycles was recorded.
   */
  draw(options?: DrawOptions): string;
  /** Everything that was recorded. */
  toString(): string;
  /** Records no more: the current cycle is the last. */
  stop(): void;
}

/**
 * Records signals from now on:
 *
 *     const wave = recordText(simulator.trace(), { signals: ['start', 'control.state'] });
 *     simulator.step(8);
 *     expect(wave.draw()).toMatchInlineSnapshot();
 *
 * @throws WaveformError for a signal that the trace does not have.
 */
export function recordText(trace: TraceSource, options: TextOptions = {}): TextWave {
  const chosen =
    options.signals === undefined ? trace.signals.map((_, index) => index) : signalsAt(trace.signals, options.signals);
  if (options.last !== undefined) checkLast(options.last);
  const wanted = new Set(chosen);
  const recording = new Recording(
    trace.parts,
    new Set(trace.parts.flatMap(({ signal }, part) => (wanted.has(signal) ? (trace.same[part] ?? part) : []))),
  );
  const clock = cycleClock(trace);
  const unlisten = trace.onSample((sample) => {
    recording.push(sample);
    if (options.last !== undefined)
      recording.forgetBefore(cycleStart(clock, cycleAt(clock, sample.end) - options.last + 1));
  });
  const withNow = (): Stretch[] => {
    const now = trace.now();
    const stretches = [...recording.stretches()];
    return now.time < recording.end ? stretches : [...stretches, now.whole()];
  };
  let stopped = false;
  const drawNow = (asked: DrawOptions = {}): string => {
    return drawStretches(
      trace,
      chosen,
      stopped ? [...recording.stretches()] : withNow(),
      options.clocks ?? trace.clocks.length > 1,
      asked,
    );
  };
  return {
    draw: drawNow,
    toString: () => drawNow(),
    stop: () => {
      const now = trace.now();
      if (!stopped && now.time >= recording.end) recording.push(now.whole());
      stopped = true;
      unlisten();
    },
  };
}

function drawStretches(
  trace: TraceSource,
  chosen: readonly number[],
  stretches: readonly Stretch[],
  clocks: boolean,
  asked: DrawOptions,
): string {
  const clock = cycleClock(trace);
  const recorded = {
    from: cycleAt(clock, stretches[0]?.time ?? 0),
    to: cycleAt(clock, stretches.at(-1)?.time ?? 0) + 1,
  };
  const to = Math.min(asked.to ?? Infinity, recorded.to);
  const from = Math.max(asked.from ?? 0, to - (asked.last ?? Infinity), recorded.from);
  if (from >= to) {
    throw new WaveformError(
      `no cycles to draw from ${asked.from ?? recorded.from} up to ${asked.to ?? recorded.to}: those recorded are ${recorded.from} up to ${recorded.to}`,
    );
  }
  const signals = chosen.flatMap((index) => trace.signals[index] ?? []);
  const width = asked.width ?? widthFor(longestOf(trace, chosen, stretches));
  if (!Number.isInteger(width) || width < 2)
    throw new WaveformError(`a cycle cannot be ${width} columns wide: ask for a whole number from 2`);
  const times = Array.from({ length: (to - from) * width }, (_, column) => {
    const cycle = from + Math.floor(column / width);
    const start = cycleStart(clock, cycle);
    return start + ((cycleStart(clock, cycle + 1) - start) * (column % width)) / width;
  });
  const columns = valuesAt(trace, times, stretches);
  const labels = labelsOf(signals.map(pathOf));
  const rows = chosen.flatMap((index, i): Row[] => {
    const signal = signals[i];
    if (signal === undefined) return [];
    return [
      {
        label: labels[i] ?? signal.name,
        ...shape(signal),
        columns: columns.map((values) => show(signal, values.of(index))),
      },
    ];
  });
  const clockRows = (clocks ? trace.clocks : []).map((shown): Row => ({
    label: shown.name,
    kind: 'line',
    columns: times.map((time) => (isHigh(shown, time) ? '1' : '0')),
  }));
  return draw([...clockRows, ...rows], from, width);
}

function shape({ type }: TracedSignal): Pick<Row, 'kind'> {
  return { kind: type.kind !== 'enum' && type.kind !== 'vec' && type.width === 1 ? 'line' : 'bus' };
}

function show(signal: TracedSignal, pattern: bigint | undefined): string | null {
  if (pattern === undefined) return null;
  return shape(signal).kind === 'line' ? String(pattern) : showPattern(signal.type, pattern);
}

/** Values at each of some rising times. */
function valuesAt(trace: TraceSource, times: readonly number[], stretches: readonly Stretch[]): TracedValues[] {
  let current = new TracedValues(trace);
  let next = 0;
  return times.map((time) => {
    let stretch = stretches[next];
    if (stretch === undefined || stretch.time > time) return current;
    const after = current.copy();
    for (; stretch !== undefined && stretch.time <= time; stretch = stretches[++next]) after.take(stretch.changes());
    return (current = after);
  });
}

/** Letters of the longest value that is not drawn as a line. */
function longestOf(trace: TraceSource, chosen: readonly number[], stretches: readonly Stretch[]): number {
  const buses = chosen.flatMap((index) => {
    const signal = trace.signals[index];
    return signal === undefined || shape(signal).kind === 'line' ? [] : [{ index, signal }];
  });
  const values = new TracedValues(trace);
  let longest = 0;
  for (const stretch of stretches) {
    values.take(stretch.changes());
    for (const { index, signal } of buses) longest = Math.max(longest, (show(signal, values.of(index)) ?? '').length);
  }
  return longest;
}
