/** What a command reads and writes, by the loop nests of the instruction set (npu/ISA.md). */
import type { NpuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { linesOf } from '../../npu/matrix/layout.ts';

/** `from` up to, not including, `to`: bytes of DRAM, lines of the local memories by their local address. */
export interface Touch {
  readonly where: 'dram' | 'scratchpad' | 'accumulator';
  readonly from: number;
  readonly to: number;
  readonly writes: boolean;
}

/** The fields of a command, by name: numbers, or words of an enumeration. */
export function fieldsOf(command: Command) {
  const all = new Map<string, number | string>(Object.entries(command.fields));
  return {
    number: (name: string): number => Number(all.get(name)),
    /** Whether an enumeration has this word. */
    is: (name: string, word: string): boolean => all.get(name) === word,
  };
}

/** The runs of a command in the memories; a command of the dispatcher itself has none. */
export function touchesOf(config: NpuConfig, command: Command): Touch[] {
  const { number, is } = fieldsOf(command);
  const run = (where: Touch['where'], from: number, length: number, writes: boolean): Touch => ({
    where,
    from,
    to: from + length,
    writes,
  });
  switch (command.operation) {
    case 'load':
    case 'store': {
      const [lines, lineBytes] = [number('lines'), number('lineBytes')];
      const pieces = Math.ceil(lineBytes / number('pieceBytes'));
      const isLoad = command.operation === 'load';
      const local = is('space', 'scratchpad') ? 'scratchpad' : 'accumulator';
      return Array.from({ length: lines }, (_, i) => [
        run('dram', number('dram') + i * number('stride'), lineBytes, !isLoad),
        ...Array.from({ length: pieces }, (__, j) =>
          run(local, number('local') + i * number('lineStep') + j * number('pieceStep'), 1, isLoad),
        ),
      ]).flat();
    }
    case 'gemm': {
      const size = { m: number('m'), k: number('k'), n: number('n') };
      const { a, b, c } = matrixEngineOf(config).description.layouts(config, is('dataflow', 'os') ? 'os' : 'ws');
      return [
        run('scratchpad', number('a'), linesOf(a, size), false),
        run('scratchpad', number('b'), linesOf(b, size), false),
        run('accumulator', number('c'), linesOf(c, size), true),
      ];
    }
    case 'requantise': {
      const across = Math.ceil(number('n') / config.cols);
      const lines = number('m') * across;
      const scales = number('perChannel') === 1 ? [run('accumulator', number('parameters'), 2 * across, false)] : [];
      return [
        run('accumulator', number('from'), lines, false),
        run('scratchpad', number('to'), lines, true),
        ...scales,
      ];
    }
    default:
      return [];
  }
}

/** Whether two commands may not change places: one of them writes what the other one touches. */
export function conflict(one: readonly Touch[], other: readonly Touch[]): boolean {
  return one.some((a) =>
    other.some((b) => a.where === b.where && (a.writes || b.writes) && a.from < b.to && b.from < a.to),
  );
}
