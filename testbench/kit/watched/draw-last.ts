/** The last cycles of what was involved in a failure, small enough for an error's message. */
import type { TraceSource } from '../../../hdl/sim/index.ts';
import { Activity, cycleAt, cycleClock, involvedSignals, recordText, type Ending } from '../../../waveforms/index.ts';

/** Rows drawn at most, and columns. */
const [ROWS, COLUMNS] = [8, 100];
/** Cycles drawn: as many of these as fit. */
const CYCLES = [24, 16, 12, 8, 6, 4];

/** Of a hang, cycles drawn after the last activity. */
const AFTER = 4;

/** To be called before anything is played; the result draws what was. */
export function drawLast(trace: TraceSource, { involved, time }: Ending): () => string {
  const named = involvedSignals(trace, involved);
  const top = trace.signals[0]?.scope[0] ?? '';
  // An error that names nothing of the design is about what its ports did.
  const shown = (named.length > 0 ? named : involvedSignals(trace, [top])).slice(0, ROWS);
  const text = recordText(trace, { signals: shown.map(({ path }) => path) });
  const activity = new Activity(trace);
  trace.onSample((sample) => activity.take(sample));
  return () => {
    // Lines that nothing happens on tell little.
    const end = time === 'last activity' ? activity.last : null;
    const to = end === null ? {} : { to: cycleAt(cycleClock(trace), end) + AFTER };
    for (const last of CYCLES) {
      const drawn = text.draw({ ...to, last });
      if (drawn.split('\n').every((line) => line.length <= COLUMNS)) return drawn;
    }
    return text.draw({ ...to, last: CYCLES.at(-1) ?? 1, width: 8 });
  };
}
