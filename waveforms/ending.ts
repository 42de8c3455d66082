/** How a run ended, and a view that leads there. */
import type { TraceSource } from '../hdl/sim/trace.ts';
import { cycleClock } from './clocks.ts';
import type { Marker, View, ViewGroup, ViewSignal } from './gtkw/view.ts';
import { pathOf } from './variables.ts';

export interface Ending {
  /** Of the marker: `failed`, `last activity`, `C[0][3]`. Letters, digits, spaces and brackets. */
  readonly marker: string;
  /**
   * When that was, in time units; `last activity`: when something last changed that does not change all the time;
   * unless given, the cycle in which the run stands.
   */
  readonly time?: number | 'last activity';
  /** One line, for the name of the group that is shown first. */
  readonly why: string;
  /**
   * What was involved: signals, streams, or instances, whose ports and state are meant. The top module's name may be
   * left out; what the trace does not have is left out too.
   */
  readonly involved: readonly string[];
}

/** Cycles on screen before and after the one in which a run ended. */
export const [BEFORE, AFTER] = [24, 8];
/** Signals shown first, in all and of one stream or instance. */
const [MOST, MOST_OF_ONE] = [24, 12];
/** Of the group's name, in characters. */
const LONGEST_WHY = 60;

/** A view that opens at `time`, with a marker there, and with what was involved in sight. */
export function leadTo(trace: TraceSource, view: View, { marker, why, involved }: Ending, time: number): View {
  const { period } = cycleClock(trace);
  const marked: Marker = { name: marker, time };
  const shown = involvedSignals(trace, involved);
  const paths = new Set(shown.map(({ path }) => path));
  const group: ViewGroup = {
    name: oneLine(why.startsWith(marker) ? why : `${marker}: ${why}`),
    signals: shown.map((one) => likeIn(view, one)),
  };
  const [first, ...others] = view.groups.map((one) =>
    // Folded ones would hide what it was about.
    one.signals.some(({ path }) => paths.has(path)) ? { ...one, closed: false } : one,
  );
  return {
    ...view,
    groups: [...(first === undefined ? [] : [first]), ...(shown.length === 0 ? [] : [group]), ...others],
    markers: [...view.markers, marked],
    cursor: time,
    visible: { from: time - period * BEFORE, to: time + period * AFTER },
  };
}

/** As the view shows it elsewhere, but for a label that says less than the path there. */
function likeIn(view: View, signal: ViewSignal): ViewSignal {
  const known = view.groups.flatMap(({ signals }) => signals).find(({ path }) => path === signal.path);
  return { ...known, ...signal };
}

/**
 * What an {@link Ending} means by `involved`, as a view shows it: ports and state of instances, the handshake and
 * payload of streams, signals as they are; each once, and not more than fit on a screen.
 */
export function involvedSignals(
  trace: Pick<TraceSource, 'signals'>,
  involved: readonly string[],
): readonly ViewSignal[] {
  const all = trace.signals.map((signal) => ({ ...signal, path: pathOf(signal), within: signal.scope.join('.') }));
  const top = trace.signals[0]?.scope[0] ?? '';
  const found = new Map<string, ViewSignal>();
  for (const name of involved) {
    const names = [name, `${top}.${name}`];
    const mine = all
      .filter(
        ({ path, within, kind, type }) =>
          (names.includes(path) && type.kind !== 'vec') ||
          names.some((stream) => handshakeOf(stream).includes(path) || path.startsWith(`${stream}_payload`)) ||
          (names.includes(within) && kind !== 'wire'),
      )
      .slice(0, MOST_OF_ONE);
    for (const { path } of mine) {
      // Names without the instances around them would be ambiguous here.
      const label = path.slice(path.indexOf('.') + 1).replaceAll('.', '/');
      if (found.size < MOST && !found.has(path)) found.set(path, { path, label });
    }
  }
  return [...found.values()];
}

const handshakeOf = (stream: string): readonly string[] => [`${stream}_valid`, `${stream}_ready`];

const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_WHY ? `${line.slice(0, LONGEST_WHY - 3)}...` : line;
};
