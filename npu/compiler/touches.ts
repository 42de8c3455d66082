/** What a command reads and writes, by the loop nests of the instruction set (npu/ISA.md). */
import type { NpuConfig } from '../config.ts';
import type { Command } from '../isa/assembler.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { linesOf } from '../matrix/layout.ts';
import { meets, region, runsOf, type Accesses, type Region } from './region.ts';

/** The fields of a command, by name: numbers, or words of an enumeration. */
export function fieldsOf(command: Command) {
  const all: Readonly<Record<string, unknown>> = command.fields;
  return {
    number: (name: string): number => Number(all[name]),
    /** Whether an enumeration has this word. */
    is: (name: string, word: string): boolean => all[name] === word,
  };
}

/** A command of the dispatcher itself touches nothing. */
export function touchesOf(config: NpuConfig, command: Command): Accesses {
  const { number, is } = fieldsOf(command);
  switch (command.operation) {
    case 'load':
    case 'store': {
      const dram: Region = {
        memory: 'dram',
        from: number('dram'),
        length: number('lineBytes'),
        count: number('lines'),
        stride: number('stride'),
      };
      const local = localRegions(command);
      return command.operation === 'load' ? { reads: [dram], writes: local } : { reads: local, writes: [dram] };
    }
    case 'gemm': {
      const size = { m: number('m'), k: number('k'), n: number('n') };
      const { a, b, c } = matrixEngineOf(config).description.layouts(config, is('dataflow', 'os') ? 'os' : 'ws');
      return {
        reads: [
          region('scratchpad', number('a'), linesOf(a, size)),
          region('scratchpad', number('b'), linesOf(b, size)),
        ],
        writes: [region('accumulator', number('c'), linesOf(c, size))],
      };
    }
    case 'requantise': {
      const across = Math.ceil(number('n') / config.cols);
      const lines = number('m') * across;
      const scales = number('perChannel') === 1 ? [region('accumulator', number('parameters'), 2 * across)] : [];
      return {
        reads: [region('accumulator', number('from'), lines), ...scales],
        writes: [region('scratchpad', number('to'), lines)],
      };
    }
    default:
      return { reads: [], writes: [] };
  }
}

/** The lines that a load or a store touches. */
function localRegions(command: Command): Region[] {
  const { number, is } = fieldsOf(command);
  const [lines, lineStep, pieceStep] = [number('lines'), number('lineStep'), number('pieceStep')];
  const pieces = Math.ceil(number('lineBytes') / number('pieceBytes'));
  const memory = is('space', 'scratchpad') ? 'scratchpad' : 'accumulator';
  const ofLines = (from: number, length: number): Region => ({
    memory,
    from,
    length,
    count: pieces,
    stride: pieceStep,
  });
  const first = number('local');
  if (lineStep === 1) return [ofLines(first, lines)];
  return Array.from({ length: lines }, (_, i) => ofLines(first + i * lineStep, 1));
}

/** Whether two commands may not change places: one of them writes what the other one touches. */
export function conflict(one: Accesses, other: Accesses): boolean {
  const meet = (a: readonly Region[], b: readonly Region[]): boolean =>
    a.some((x) => b.some((y) => x.memory === y.memory && runsOf(x).some((run) => meets(runsOf(y), run))));
  return meet(one.writes, [...other.reads, ...other.writes]) || meet(one.reads, other.writes);
}
