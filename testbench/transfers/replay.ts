/** Runs lists of transfers, and holds each to what must become of it. */
import { TransferBoard, type TransferPace } from './board.ts';
import { judge, TransferFailure } from './judge.ts';
import type { Transfer } from './list.ts';
import { SparseMemory } from './memory.ts';

export interface ReplayOptions extends TransferPace {
  readonly busBytes: number;
}

export interface Replayed {
  readonly transfers: number;
  readonly bytes: number;
  readonly cycles: number;
  /** Errors of the bus that were told. */
  readonly errors: number;
}

/** Boards by the longest burst, which are made once. */
const known = new Map<string, TransferBoard>();
function boardOf(busBytes: number, maxBurst: number): TransferBoard {
  const key = `${busBytes} ${maxBurst}`;
  const board = known.get(key) ?? new TransferBoard({ busBytes, maxBurst });
  known.set(key, board);
  return board;
}

/** Transfers one after the other, in one memory. @throws TransferFailure, and what boards throw */
export function replayTransfers(
  transfers: readonly Transfer[],
  { busBytes, seed, ...pace }: ReplayOptions,
  progress: (done: number) => void = () => undefined,
): Replayed {
  const [memory, model] = [new SparseMemory(), new SparseMemory()];
  let [bytes, cycles, errors] = [0, 0, 0];
  transfers.forEach((transfer, at) => {
    const outcome = boardOf(busBytes, transfer.longest).run(transfer, memory, { ...pace, seed: seed + at });
    judge(transfer, outcome, { memory, model, busBytes });
    bytes += transfer.bytes;
    cycles += outcome.cycles;
    errors += outcome.reads.length + outcome.writes.length;
    progress(at + 1);
  });
  const differs = memory.differsFrom(model);
  if (differs !== null)
    throw new TransferFailure(
      `0x${differs.toString(16)} is ${memory.read(differs)} in the end, not ${model.read(differs)}`,
    );
  return { transfers: transfers.length, bytes, cycles, errors };
}
