/** Why the NPU stands still: which command of which queue waits for which semaphore, and who could still signal it. */
import { HangError, type Simulator } from '../hdl/sim/index.ts';
import { decodeCommand } from '../npu/isa/assembler.ts';
import { COMMAND_BYTES, operations, SEMAPHORES } from '../npu/isa/operations.ts';
import { unitNames, type Unit } from '../npu/isa/units.ts';

/** Streams named beside the queues. */
const MOST_STREAMS = 6;

/** Where a command of the program is, while it is not done. */
type Stage = 'running' | 'queued' | 'not fetched yet';

interface Pending {
  /** Which of the program's commands, from 0 on. */
  readonly index: number;
  readonly unit: Unit | 'control';
  readonly name: string;
  readonly wait: readonly number[];
  readonly signal: readonly number[];
  readonly stage: Stage;
}

/**
 * The same error, with what the NPU waits for: the heads of its queues, then streams that are valid and not ready.
 * `code`: the bytes of the program's commands, in order.
 */
export function explainHang(sim: Simulator, code: Uint8Array, limit: number, { goal, waits }: HangError): HangError {
  const blocked = waits.filter((line) => line.endsWith('waits for ready'));
  const more =
    blocked.length > MOST_STREAMS ? [`… and ${blocked.length - MOST_STREAMS} more streams that wait for ready`] : [];
  const why = explain(sim, code);
  const streams = blocked.slice(0, MOST_STREAMS);
  const involved = [...why.flatMap(signalsOf), ...streams.map((line) => line.slice(0, line.indexOf(':')))];
  return new HangError(goal, limit, sim.cycle, [...why, ...streams, ...more], involved);
}

/** The signals that show what a line says: of a unit whether it is busy and with what, the semaphores that it names. */
function signalsOf(line: string): readonly string[] {
  const [who = ''] = line.split(':');
  const unit = unitNames.find((name) => name === who);
  const mine =
    unit === undefined
      ? who === 'fetch'
        ? ['npu.fetch.held', 'npu.fetch.head']
        : []
      : [`${unit}_busy`, `${unit}_tag`];
  const semaphores = [...line.matchAll(/semaphore (\d+)/g)].map(([, number]) => `semaphore_${number}`);
  return [...mine, ...semaphores].map((name) => (name.includes('.') ? name : `npu.dispatch.${name}`));
}

function explain(sim: Simulator, code: Uint8Array): string[] {
  const peek = (path: string): number => Number(sim.peek(`npu.${path}`));
  const levels = Array.from({ length: SEMAPHORES }, (_, s) => peek(`dispatch.semaphore_${s}`));
  const fetched = peek('csr.commands');
  const pending = pendingCommands(code, fetched, (unit) => ({
    queued: peek(`dispatch.${unit}_queue_count`),
    running: peek(`dispatch.${unit}_jobs`),
  }));

  const signallers = (semaphore: number, waiting: Pending): string => {
    const all = pending.filter((one) => one !== waiting && one.signal.includes(semaphore));
    const [first] = all;
    if (first === undefined) return 'nobody signals it any more';
    const others = all.length > 1 ? ` and ${all.length - 1} more` : '';
    return `${first.name}${others} would signal it: ${first.stage}`;
  };
  const head = (unit: Unit): string[] => {
    const mine = pending.filter((one) => one.unit === unit);
    const running = mine.find(({ stage }) => stage === 'running');
    const first = mine.find(({ stage }) => stage === 'queued');
    if (running !== undefined) return [`${unit}: ${running.name} is running`];
    if (first === undefined) return [];
    if (peek(`dispatch.${unit}_halted`) !== 0) return [`${unit}: ${first.name} waits behind a command with a fault`];
    const low = first.wait.filter((s) => levels[s] === 0);
    if (low.length === 0) return [`${unit}: ${first.name} is about to issue`];
    const waits = low.map((s) => `semaphore ${s}, which is 0 (${signallers(s, first)})`);
    return [`${unit}: ${first.name} waits for ${waits.join(', and ')}`];
  };
  const next = pending.find(({ index }) => index === fetched);
  const lines = unitNames.flatMap(head);
  if (next !== undefined && peek('fetch.command_valid') !== 0) {
    const room = `for room in the ${next.unit} queue`;
    const until = next.unit === 'control' ? 'until every queue is empty and every unit idle' : room;
    return [...lines, `dispatch: ${next.name} waits ${until}`];
  }
  if (lines.length > 0) return lines;
  const none = `all ${fetched} commands are done, and none of them was an interrupt that irqMask lets pass`;
  if (next === undefined) return [none];
  const reading = peek('fetch.ar_valid') !== 0 || peek('fetch.r_ready') !== 0;
  return [`fetch: ${next.name} ${reading ? 'is being read from the ring' : 'is not announced to the NPU'}`];
}

/**
 * The commands that are not done, in order. A unit does its commands in order: the last ones of those that were
 * fetched are in its queue, and those before them are running.
 */
function pendingCommands(
  code: Uint8Array,
  fetched: number,
  state: (unit: Unit) => { readonly queued: number; readonly running: number },
): Pending[] {
  const left = new Map(unitNames.map((unit) => [unit, { ...state(unit) }]));
  const found: Pending[] = [];
  for (let index = code.length / COMMAND_BYTES - 1; index >= 0; index--) {
    const command = decodeCommand(code.subarray(index * COMMAND_BYTES, (index + 1) * COMMAND_BYTES));
    if (command === null) continue;
    const { operation, tag, wait = [], signal = [] } = command;
    const { unit } = operations[operation];
    const stage = index >= fetched ? 'not fetched yet' : unit === 'control' ? null : takeStage(left.get(unit));
    if (stage !== null)
      found.push({ index, unit, name: `command ${index} (${operation}, tag ${tag})`, wait, signal, stage });
    else if ([...left.values()].every(({ queued, running }) => queued === 0 && running === 0)) break;
  }
  return found.reverse();
}

function takeStage(left: { queued: number; running: number } | undefined): Stage | null {
  if (left === undefined) return null;
  if (left.queued > 0) {
    left.queued--;
    return 'queued';
  }
  if (left.running === 0) return null;
  left.running--;
  return 'running';
}
