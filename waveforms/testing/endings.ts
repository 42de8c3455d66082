/** Ways in which a process that writes waves can end, without closing them. */
import { writeVcd } from '../vcd/write.ts';
import { HandTrace, signal, uint, vec } from './hand-trace.ts';
import { signalsItself } from './kill.ts';
import { runScript, type ScriptEnd } from './script.ts';

const CYCLES = 600;

export class Counter extends HandTrace {
  constructor() {
    super([signal('top.n', uint(32)), signal('top.v', vec(40, uint(8)))]);
  }

  runTo(cycles: number): void {
    for (let n = this.history.length; n < cycles; n++) {
      this.set(0, BigInt(n));
      this.set(1, BigInt(n) << BigInt(8 * (n % 40)));
      this.edge();
    }
  }
}

/** Writes what a run leaves whose waves are closed. */
export function writeWhole(path: string): void {
  const trace = new Counter();
  const writer = writeVcd(trace, path);
  trace.runTo(CYCLES);
  writer.close();
}

/** The same run in a process of its own, which writes to `name` in `folder`, and ends by `end`. */
export function runUntil(folder: string, name: string, end: string): ScriptEnd {
  return runScript(
    folder,
    `
    import { Counter } from '#/waveforms/testing/endings.ts';
    import { openWaves } from '#/waveforms/waves.ts';
    const trace = new Counter();
    const waves = openWaves(trace, '${name}');
    trace.runTo(${CYCLES} / 2);
    // Longer than anything is kept back.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1050);
    trace.runTo(${CYCLES});
    ${end}`,
  );
}

/** In which the process gets to say goodbye: nothing is lost. */
export const orderlyEnds: readonly (readonly [name: string, end: string, status: number])[] = [
  ['the process ends by itself', '', 0],
  ['the process exits', 'process.exit(3);', 3],
  ['nobody catches an error', "await Promise.reject(new Error('thrown'));", 1],
];

/** In which it does not: what was not written yet is lost. */
export const suddenEnds: readonly (readonly [signal: NodeJS.Signals, end: string])[] = (
  ['SIGINT', 'SIGKILL'] as const
).map((name) => [name, signalsItself(name)]);
