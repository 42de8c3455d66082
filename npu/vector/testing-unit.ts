/** The vector unit alone, with memories around it, at commands one after the other. */
import { bit, elaborate, map, module, stream, uint, vec } from '../../hdl/index.ts';
import type { EngineName } from '../../hdl/sim/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { MemoryModel } from '../../testbench/programs/model.ts';
import { LOCAL_BITS, lineRead } from '../common/local.ts';
import { numbers } from '../common/numbers.ts';
import { unitStatus } from '../common/unit.ts';
import type { NpuConfig } from '../config.ts';
import { assemble, type Command } from '../isa/assembler.ts';
import { decode } from '../isa/layout.ts';
import { COMMAND_BITS } from '../isa/operations.ts';
import { resultWrite } from '../memory/scratchpad.ts';
import { VectorUnit } from './engine.ts';
import { vectorUnit } from './unit.ts';

const BANK = 2 ** 16;
const LIMIT = 100_000;

/** The unit, which takes commands as they come from the ring. */
const CommandedUnit = (config: NpuConfig) =>
  module(
    'commanded_vector_unit',
    {
      in: {
        command: stream(uint(COMMAND_BITS)),
        sumsData: vec(config.cols, numbers.sum),
        lineData: vec(config.cols, uint(8)),
      },
      out: {
        sumsRead: lineRead,
        lineRead: stream(uint(LOCAL_BITS)),
        write: resultWrite(config),
        wrapped: bit,
        ...unitStatus,
      },
    },
    ({ command, sumsData, lineData }, o) => {
      const job = map('decoded', command, (bits) => decode(vectorUnit, bits));
      const unit = VectorUnit(config)({ job, sumsData, lineData }, { name: 'vector' });
      unit.lineRead.ready = o.lineRead.ready;
      const { sumsRead, write, wrapped, room, done, fault, faultAddress } = unit;
      const { valid, payload } = unit.lineRead;
      return { sumsRead, lineRead: { valid, payload }, write, wrapped, room, done, fault, faultAddress };
    },
  );

/** What a command left when the unit said that it is done. */
export interface Outcome {
  readonly banks: readonly Uint8Array[];
  readonly wrapped: boolean;
  readonly fault: number;
  /** From when it was taken. */
  readonly cycles: number;
  /** Lines of the scratchpad that were read, and cycles in which the multipliers of the lanes had bytes. */
  readonly linesRead: number;
  readonly multiplying: number;
}

export interface Pace {
  readonly stall: number;
  readonly seed: number;
}

/** Words of memories, lanes or bytes, as the bits of a port. */
const word = (values: Iterable<number>, width: number): bigint =>
  [...values].reduceRight((bits, value) => (bits << BigInt(width)) | BigInt.asUintN(width, BigInt(value)), 0n);

/** A unit to run commands on, from memories as a model has them. */
export function vectorBench(config: NpuConfig, engine: EngineName = 'wasm') {
  const { cols, accLanes, lineBytes } = config;
  const bench = new Bench(elaborate(CommandedUnit(config), { monitors: true }), { engine });
  let memories = new MemoryModel(config, new Uint8Array());
  let [sumsAsked, lineAsked]: [number | null, number | null] = [null, null];
  let outcomes: Outcome[] = [];
  let [taken, wrapped, linesRead, multiplying] = [0, false, 0, 0];
  let busy: { readonly pace: Pace; state: number } | null = null;

  const bytesAt = (address: number): Uint8Array => {
    const [bank, line] = [memories.banks[Math.floor(address / BANK)], address % BANK];
    if (bank === undefined || (line + 1) * lineBytes > bank.length) throw new Error(`no line ${address}`);
    return bank.subarray(line * lineBytes, (line + 1) * lineBytes);
  };
  /** Whether somebody else has the bank in this cycle. */
  const isTaken = (): boolean => {
    if (busy === null || busy.pace.stall === 0) return false;
    busy.state = (Math.imul(busy.state, 1_664_525) + 1_013_904_223) >>> 0;
    return busy.state / 2 ** 32 < busy.pace.stall;
  };

  bench.add({
    drive: (cycle) => {
      // Lines are there in the cycle after they were asked for, and in no other.
      const [at, noise] = [sumsAsked, cycle * 77_777];
      const lanes =
        at === null ? Array.from({ length: cols }, () => noise) : memories.accumulator.subarray(at, at + cols);
      const bytes =
        lineAsked === null ? Array.from({ length: cols }, () => noise) : bytesAt(lineAsked).subarray(0, cols);
      bench.set({ sumsData: word(lanes, 32), lineData: word(bytes, 8), lineRead_ready: isTaken() ? 0 : 1 });
    },
    look: (cycle) => {
      sumsAsked = bench.get('sumsRead_enable') === 1 ? bench.get('sumsRead_address') * accLanes : null;
      const isRead = bench.get('lineRead_valid') === 1 && bench.get('lineRead_ready') === 1;
      lineAsked = isRead ? bench.get('lineRead_payload') : null;
      if (isRead) linesRead++;
      multiplying += bench.get('vector.windows.arrived_enable');
      if (bench.get('write_enable') === 1) {
        const [address = 0, bytes = 0] = bench.all('write_address', 'write_bytes');
        const data = bench.sim.peek('write_data');
        const line = bytesAt(address);
        for (let byte = 0; byte < bytes; byte++) line[byte] = Number((data >> BigInt(8 * byte)) & 0xffn);
      }
      wrapped ||= bench.get('wrapped') === 1;
      if (bench.get('done') === 1) {
        const banks = memories.banks.map((bank) => bank.slice());
        outcomes.push({ banks, wrapped, fault: bench.get('fault'), cycles: cycle - taken, linesRead, multiplying });
        [wrapped, linesRead, multiplying] = [false, 0, 0];
      }
    },
  });
  const offered = bench.source('command', uint(COMMAND_BITS));

  return {
    bench,
    /**
     * Runs commands, offered one after the other with gaps at random, or while others run.
     * @param others how often somebody else has the bank that is asked for
     */
    run(commands: readonly Command[], from: MemoryModel, pace: Pace, others = 0): readonly Outcome[] {
      memories = new MemoryModel(config, new Uint8Array());
      memories.banks.forEach((bank, at) => bank.set(from.banks[at] ?? []));
      memories.accumulator.set(from.accumulator);
      [sumsAsked, lineAsked, taken, outcomes] = [null, null, 0, []];
      [wrapped, linesRead, multiplying] = [false, 0, 0];
      busy = { pace: { ...pace, stall: others }, state: pace.seed };
      bench.begin(pace);
      for (const [at, command] of commands.entries()) {
        const sent = (cycle: number): void => {
          // One at a time.
          if (outcomes.length !== at) throw new Error(`command ${at} is taken while ${outcomes.length} are done`);
          taken = cycle;
        };
        offered.push(word(assemble(command), 8), { sent });
      }
      bench.run(LIMIT, () => outcomes.length === commands.length);
      bench.step(3);
      const rest = [...bench.all('done', 'write_enable', 'sumsRead_enable', 'lineRead_valid'), outcomes.length];
      if (rest.join() !== [0, 0, 0, 0, commands.length].join()) throw new Error(`it goes on: ${rest.join()}`);
      return outcomes;
    },
  };
}

/** Whether memories are alike, bank by bank; faster than a comparison that can show where not. */
export const sameBanks = (some: readonly Uint8Array[] | undefined, others: readonly Uint8Array[]): boolean =>
  some?.length === others.length &&
  others.every((bank, at) => Buffer.compare(bank, some[at] ?? bank.subarray(1)) === 0);

/** Memories with something in each place, as the model has them. */
export function filledMemories(config: NpuConfig, seed: number): MemoryModel {
  const model = new MemoryModel(config, new Uint8Array());
  const mixed = (i: number): number => Math.imul(Math.imul(i + seed, 0x9e37_79b1) ^ (i >>> 3), 0x85eb_ca6b);
  model.banks.forEach((bank, at) => bank.forEach((_, i) => void (bank[i] = mixed(i + at * 7919) >>> 21)));
  model.accumulator.forEach((_, i) => void (model.accumulator[i] = mixed(i) >> ((i + seed) % 26)));
  return model;
}
