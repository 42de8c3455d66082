/** Random circuits in other people's simulators, and under Verilator's eye with all warnings on. */
import { differences, type Tool } from '../verilog/testing/cross.ts';
import { hunt, subjectOf, type Judge, type Subject } from '../verilog/testing/hunt.ts';
import { nodesOf } from './engines.ts';
import { generate, type Generator } from './generators.ts';

/** Circuits in one run of a tool. */
const batch = 100;
const cycles = 6;
/** At making a circuit that fails smaller; Verilator compiles each for seconds. */
const attempts: Readonly<Record<Tool, number>> = { icarus: 300, verilator: 20, lint: 100 };
/** Nodes, counted in every instance: tools take minutes for more. */
const mostNodes = 20_000;

/**
 * Runs the circuits made of `lists` in batches, and tells of each batch in which one fails.
 * @returns how many circuits the tool ran.
 */
export function inTools(
  generator: Generator,
  lists: readonly (readonly number[])[],
  tool: Tool,
  tell: (failure: string) => void,
): number {
  const judge: Judge = (trials) => differences(trials, tool);
  const subjects = lists.flatMap((numbers): Subject[] => {
    const subject = subjectOf(numbers, (list) => generate(generator, list));
    return subject === null || nodesOf(subject.design) > mostNodes ? [] : [subject];
  });
  for (let from = 0; from < subjects.length; from += batch) {
    const found = hunt(subjects.slice(from, from + batch), judge, { cycles, attempts: attempts[tool] });
    if (found !== '') tell(`${tool}, from ${from} on: ${found}`);
  }
  return subjects.length;
}
