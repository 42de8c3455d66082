/**
 * Random programs: what they leave in DRAM and in the local memories is what their commands leave one after the other,
 * whatever the timing.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Simulator } from '../../hdl/sim/index.ts';
import { npuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import { SEMAPHORES } from '../../npu/isa/operations.ts';
import { programOf } from '../program.ts';
import { checkProperty } from '../property.ts';
import { runProgram } from '../run.ts';
import { DATA, programCases, type ProgramCase } from './arbitrary.ts';
import { hazardsOf } from './hazards.ts';
import { MemoryModel } from './model.ts';
import { ordered } from './order.ts';

const RUNS = Number(process.env['SYSTOLE_RUNS'] ?? 60);
const LIMIT = 400_000;
const BYTES = 16_384;

/** Pseudo-random bytes (xorshift32), of which some are small numbers: shifts and scales that leave something. */
function bytes(seed: number, count: number): Uint8Array {
  let state = Math.imul(seed + 1, 0x9e37_79b1) | 1;
  return Uint8Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 20;
  });
}

/** The local memories of an NPU that runs, as the model has them. */
function localMemories(
  sim: Simulator,
  { scratchpadBanks, bankLines, lineBytes, accLines, accLanes }: ReturnType<typeof npuConfig>,
) {
  const flat = (path: string, depth: number, width: number): number[] => {
    const memory = sim.memory(path);
    return Array.from({ length: depth }, (_, line) => {
      const word = memory.read(line);
      return Array.from({ length: width }, (__, byte) => Number((word >> BigInt(8 * byte)) & 0xffn));
    }).flat();
  };
  return {
    banks: Array.from({ length: scratchpadBanks }, (_, bank) =>
      flat(`npu.scratchpad.bank_${bank}`, bankLines, lineBytes),
    ),
    sums: flat('npu.accumulator.lines', accLines, 4 * accLanes),
  };
}

const commandsOf = ({ parameters, commands, shuffle, eager }: ProgramCase): Command[] =>
  ordered(npuConfig(parameters), commands, shuffle, new Set(eager));

function check(drawn: ProgramCase): void {
  const config = npuConfig(drawn.parameters);
  const commands = commandsOf(drawn);
  expect(hazardsOf(config, commands)).toEqual([]);
  const end: Command[] = [
    { operation: 'fence', tag: 0, fields: {} },
    { operation: 'interrupt', tag: 0xffff, fields: {} },
  ];
  const program = programOf([...commands, ...end], BYTES, bytes(drawn.seed, DATA.to - DATA.from), DATA.from);
  const model = new MemoryModel(config, program.image);
  model.banks.forEach((bank, i) => {
    bank.set(bytes(drawn.seed + i + 1, bank.length));
  });
  new Uint8Array(model.accumulator.buffer).set(bytes(drawn.seed + 99, model.accumulator.byteLength));
  const { sim, counters } = runProgram(config, program, LIMIT, {
    monitors: true,
    memory: drawn.memory,
    onStart(started) {
      const fill = (path: string, from: Uint8Array, width: number): void => {
        const memory = started.memory(path);
        for (let line = 0; line * width < from.length; line++)
          memory.write(
            line,
            from
              .subarray(line * width, (line + 1) * width)
              .reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n),
          );
      };
      model.banks.forEach((bank, i) => fill(`npu.scratchpad.bank_${i}`, bank, config.lineBytes));
      fill('npu.accumulator.lines', new Uint8Array(model.accumulator.buffer), 4 * config.accLanes);
    },
  });
  for (const command of commands) model.run(command);
  expect(Buffer.from(sim.memory('memory.dram').dump(BYTES)).equals(Buffer.from(model.dram)), 'DRAM').toBe(true);
  expect(localMemories(sim, config)).toEqual({
    banks: model.banks.map((bank) => [...bank]),
    sums: [...new Uint8Array(model.accumulator.buffer)],
  });
  expect([counters.overflow, counters.commands]).toEqual([model.overflow, program.ring.tail]);
}

it('random programs leave what their commands leave one after the other', () => {
  checkProperty('random programs', programCases(), check, { runs: RUNS });
});

it('random programs use every semaphore, between all units, and fences', () => {
  const used = new Set<string>();
  for (const drawn of fc.sample(programCases(), { numRuns: 60, seed: 3 })) {
    for (const { operation, wait = [], signal = [] } of commandsOf(drawn)) {
      for (const s of wait) used.add(`${operation} waits for ${s}`);
      for (const s of signal) used.add(`${operation} signals ${s}`);
      if (operation === 'fence') used.add('fence');
    }
  }
  const all = ['load', 'store', 'gemm', 'requantise'].flatMap((operation) =>
    Array.from({ length: SEMAPHORES }, (_, s) => [`${operation} waits for ${s}`, `${operation} signals ${s}`]).flat(),
  );
  expect([...used].sort()).toEqual(['fence', ...all].sort());
});
