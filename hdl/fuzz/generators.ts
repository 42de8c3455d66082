/** The two ways in which random circuits are made. */
import { DesignError } from '../diagnostics/diagnostic.ts';
import type { Design } from '../ir/types.ts';
import { Choices } from '../sim/lockstep/choices.ts';
import { circuit } from '../sim/lockstep/circuit.ts';
import { languageCircuit } from './language/circuit.ts';

export type Generator = 'ir' | 'language';

const makers: Readonly<Record<Generator, (choices: Choices) => Design>> = { ir: circuit, language: languageCircuit };

/** A circuit made of numbers; an error's code where the language refuses it. */
export function generate(generator: Generator, numbers: readonly number[]): Design | string {
  try {
    return makers[generator](new Choices(numbers));
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics[0]?.code ?? error.message;
    throw error;
  }
}

/** Numbers for one circuit at most: the language takes more of them for a thing. */
const most: Readonly<Record<Generator, number>> = { ir: 430, language: 900 };

/** The numbers that circuit `index` of a seed is made of: below 2^16 (xorshift32, G. Marsaglia 2003). */
export function numbersOf(generator: Generator, seed: number, index: number): readonly number[] {
  let state = (Math.imul(seed * 1_000_003 + index, 2_654_435_761) ^ 0x9e37_79b9) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) & 0xffff;
  };
  return Array.from({ length: 30 + (next() % (most[generator] - 30)) }, next);
}
