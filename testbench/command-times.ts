/** When the NPU's units took the commands of a program, and when they were done with them. */
import type { Simulator } from '../hdl/sim/index.ts';
import type { Unit } from '../npu/isa/units.ts';

/** By command, in cycles of the simulation; Infinity for what has not been. */
export interface CommandTimes {
  /** When the host rang the doorbell: the first command is fetched from then on. */
  readonly began: () => number;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * Looks at a simulation of `System` from its next step on; the NPU does not notice.
 * @param units by command, in program order, the unit that it is for
 * @param onDone called at the end of each
 */
export function recordCommands(
  sim: Simulator,
  units: readonly Unit[],
  onDone?: (command: number) => void,
): CommandTimes {
  const [starts, ends] = [units.map(() => Infinity), units.map(() => Infinity)];
  const waiting = new Map<Unit, number[]>();
  units.forEach((unit, command) => {
    const list = waiting.get(unit) ?? [];
    waiting.set(unit, list);
    list.push(command);
  });
  const watched = [...waiting].map(([unit, list]) => ({
    valid: sim.signal(`npu.${unit}.job_valid`),
    ready: sim.signal(`npu.${unit}.job_ready`),
    done: sim.signal(`npu.${unit}_status_done`),
    list,
    started: 0,
    next: 0,
  }));
  const tail = sim.signal('npu.csr.tail');
  let began = Infinity;
  sim.trace({ scope: 'irq' }).onSample(() => {
    if (began === Infinity && tail.get() !== 0n) began = sim.cycle;
    for (const unit of watched) {
      if (unit.valid.get() === 1n && unit.ready.get() === 1n) starts[unit.list[unit.started++] ?? -1] = sim.cycle;
      if (unit.done.get() !== 1n) continue;
      const command = unit.list[unit.next++];
      if (command === undefined) continue;
      ends[command] = sim.cycle;
      onDone?.(command);
    }
  });
  return { began: () => began, starts, ends };
}
