/**
 * `--watch`: how far a long run is and what its units are at, drawn again several times a second; where stderr is no
 * terminal, a line every few seconds.
 */
import type { Simulator } from '../hdl/sim/index.ts';
import { unitNames } from '../npu/isa/units.ts';
import { RESULT } from '../npu/compiler/matmul.ts';
import { scheduleFor, type Program } from '../npu/compiler/program.ts';
import type { Progress } from './progress.ts';
import { count, rate } from './text.ts';

/** Between two drawings in a terminal, and two lines elsewhere. */
const DRAWN_MS = 100;
const LINE_MS = 2000;

export interface Watched {
  readonly sim: Simulator;
  readonly program: Program;
}

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** How far a run is; `watched` gives null before its first cycle. */
export function startWatch(watched: () => Watched | null, screen: Screen = process.stderr): Progress {
  const redraws = screen.isTTY === true;
  let next = performance.now() + (redraws ? 0 : LINE_MS);
  /** The first look: what was before it is no speed of the simulation. */
  let from: { readonly cycle: number; readonly at: number } | null = null;
  let drawn = 0;
  const clear = (): string => (drawn === 0 ? '' : `\x1b[${drawn}F\x1b[J`);
  return {
    at(cycle) {
      const [now, run] = [performance.now(), watched()];
      if (run === null) return;
      from ??= { cycle, at: now };
      if (now < next || now === from.at) return;
      next = now + (redraws ? DRAWN_MS : LINE_MS);
      const [first, ...units] = linesOf(run, cycle, (1000 * (cycle - from.cycle)) / (now - from.at));
      if (!redraws) {
        screen.write(`${first}; ${units.map((line) => line.replace(/ +/, ' ')).join(', ')}\n`);
        return;
      }
      const lines = [first, ...units];
      screen.write(`${clear()}${lines.join('\n')}\n`);
      drawn = lines.length;
    },
    say: () => undefined,
    end() {
      if (redraws) screen.write(clear());
      drawn = 0;
    },
  };
}

/** How far a run is, at so many cycles a second, and a line for each unit. */
function linesOf({ sim, program }: Watched, cycle: number, speed: number): readonly string[] {
  const value = (path: string): number => Number(sim.signal(`npu.${path}`).get());
  const expected = Math.max(scheduleFor(program, RESULT).cycles, cycle);
  const left = (expected - cycle) / speed;
  const [running, waiting] = [value('dispatch.running'), value('dispatch.waiting')];
  const doing = (at: number): string =>
    ((running >> at) & 1) !== 0 ? 'runs' : ((waiting >> at) & 1) !== 0 ? 'waits for a semaphore' : 'has no command';
  return [
    [
      `cycle ${count(cycle)} of about ${count(expected)} (${Math.floor((100 * cycle) / expected)} %)`,
      rate(speed),
      `${left.toFixed(left < 10 ? 1 : 0)} s left`,
      `command ${count(value('csr.commands'))} of ${count(program.commands.length)}`,
    ].join(', '),
    ...unitNames.map((unit, at) => {
      const queued = value(`dispatch.${unit}_queue_count`);
      return `${unit.padEnd(8)}${doing(at)}${queued === 0 ? '' : `, ${queued} queued`}`;
    }),
  ];
}
