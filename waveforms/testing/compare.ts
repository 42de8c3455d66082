/** Compares what a file says with what a trace did, variable by variable and time by time. */
import type { VcdContents } from '../read/read.ts';
import { cycleAt, cycleClock, isHigh } from '../clocks.ts';
import { variablesOf } from '../variables.ts';
import { CYCLE_BITS, cycleName, topScope } from '../vcd/header.ts';
import type { TraceSource } from '../../hdl/sim/trace.ts';

/** Values of all variables at every time where the trace may change or a clock does, by the names in the file. */
type Values = Record<string, Record<number, bigint>>;

type Traced = Pick<TraceSource, 'signals' | 'parts' | 'clocks'>;

interface Stretch {
  readonly time: number;
  readonly end: number;
  readonly values: readonly bigint[];
}

export function expected(stretches: readonly Stretch[], trace: Traced): Values {
  const all: Values = {};
  for (const { scope, name, signal, low, type } of variablesOf(trace)) {
    all[[...scope, name].join('.')] = onlyChanges(
      stretches.map(
        ({ time, values }) => [time, BigInt.asUintN(type.width, (values[signal] ?? 0n) >> BigInt(low))] as const,
      ),
    );
  }
  const top = trace.signals[0]?.scope[0] ?? 'top';
  const start = stretches[0]?.time ?? 0;
  const end = stretches.at(-1)?.end ?? 0;
  for (const clock of trace.clocks) {
    const times = Array.from({ length: end - start }, (_, i) => start + i);
    all[`${top}.${clock.name}`] = onlyChanges(times.map((time) => [time, isHigh(clock, time) ? 1n : 0n] as const));
  }
  const cycles = cycleClock(trace);
  const counted = Array.from(
    { length: end - start },
    (_, i) => [start + i, BigInt(cycleAt(cycles, start + i))] as const,
  );
  all[`${top}.${cycleName(trace)}`] = onlyChanges(counted);
  return all;
}

export function found(contents: VcdContents, trace: Traced): Values {
  const widths = new Map(variablesOf(trace).map((v) => [[...v.scope, v.name].join('.'), v.type.width]));
  const cycle = [...topScope(trace), cycleName(trace)].join('.');
  const byId = new Map<string, (readonly [number, bigint])[]>();
  for (const { id, time, value, unknown } of contents.changes) {
    if (unknown !== 0n) throw new Error(`unknown bits at ${time}`);
    const list = byId.get(id) ?? [];
    list.push([time, value]);
    byId.set(id, list);
  }
  return Object.fromEntries(
    contents.variables.map(({ path, id, width }) => {
      if (width !== (widths.get(path) ?? (path === cycle ? CYCLE_BITS : 1)))
        throw new Error(`${path} has ${width} bits`);
      return [path, Object.fromEntries(byId.get(id) ?? [])];
    }),
  );
}

function onlyChanges(values: readonly (readonly [number, bigint])[]): Record<number, bigint> {
  return Object.fromEntries(values.filter(([, value], i) => i === 0 || value !== values[i - 1]?.[1]));
}
