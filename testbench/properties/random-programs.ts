/**
 * Random programs: what they leave in DRAM and in the local memories is what their commands leave one after the other,
 * whatever the timing.
 */
import type { Simulator } from '../../hdl/sim/index.ts';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import { accumulatorLines, scratchpadBank } from '../local-lines.ts';
import { programOf } from '../program.ts';
import { DATA, LISTED_ROWS, LISTS, programCases, type ProgramCase } from '../programs/arbitrary.ts';
import { hazardsOf } from '../../npu/compiler/hazards.ts';
import { MemoryModel } from '../programs/model.ts';
import { ordered } from '../programs/order.ts';
import { runProgram } from '../run.ts';
import { checkSame, type Watched } from '../kit/property.ts';
import type { NpuProperty } from './drawn.ts';

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

/** Noise, then indices. */
function dataOf(seed: number): Uint8Array {
  const all = bytes(seed, LISTS.to - DATA.from);
  const from = LISTS.from - DATA.from;
  return all.map((byte, at) => (at < from ? byte : at % 4 === 0 ? byte % LISTED_ROWS : 0));
}

/** The local memories of an NPU that runs. */
function localMemories(sim: Simulator, config: NpuConfig) {
  const { scratchpadBanks } = config;
  return {
    banks: Array.from({ length: scratchpadBanks }, (_, bank) => scratchpadBank(sim, config, bank)),
    sums: accumulatorLines(sim, config),
  };
}

export const commandsOf = ({ parameters, commands, shuffle, eager }: ProgramCase): Command[] =>
  ordered(npuConfig(parameters), commands, shuffle, new Set(eager));

function holds(drawn: ProgramCase, watched: Watched = {}): void {
  const config = npuConfig(drawn.parameters);
  const commands = commandsOf(drawn);
  const hazards = hazardsOf(config, commands);
  if (hazards.length > 0) throw new Error(`a program with hazards was drawn: ${hazards.join('; ')}`);
  const end: Command[] = [
    { operation: 'fence', tag: 0, fields: {} },
    { operation: 'interrupt', tag: 0xffff, fields: {} },
  ];
  const program = programOf([...commands, ...end], BYTES, dataOf(drawn.seed), DATA.from);
  const model = new MemoryModel(config, program.image);
  model.banks.forEach((bank, i) => {
    bank.set(bytes(drawn.seed + i + 1, bank.length));
  });
  new Uint8Array(model.accumulator.buffer).set(bytes(drawn.seed + 99, model.accumulator.byteLength));
  const { sim, counters } = runProgram(config, program, LIMIT, {
    ...watched,
    monitors: true,
    memory: drawn.memory,
    onStart(started) {
      watched.onStart?.(started);
      const { banks, sums } = localMemories(started, config);
      banks.forEach((bank, i) => {
        bank.load(model.banks[i] ?? new Uint8Array());
      });
      sums.load(new Uint8Array(model.accumulator.buffer));
    },
  });
  for (const command of commands) model.run(command);
  checkSame('DRAM', sim.memory('memory.dram').dump(BYTES), model.dram);
  const { banks, sums } = localMemories(sim, config);
  banks.forEach((bank, i) => {
    const expected = model.banks[i] ?? new Uint8Array();
    checkSame(`bank ${i}`, bank.dump(expected.length), expected);
  });
  checkSame('the accumulator', sums.dump(model.accumulator.byteLength), new Uint8Array(model.accumulator.buffer));
  checkSame('the flags of overflow', [counters.overflow], [model.overflow]);
  checkSame('the number of commands', [counters.commands], [program.ring.tail]);
}

export const randomPrograms: NpuProperty<ProgramCase> = {
  name: 'random programs',
  cases: programCases(),
  configOf: ({ parameters }) => npuConfig(parameters),
  holds,
};
