/**
 * `npm run fuzz -- --circuits N --seed S --generator ir|language|both --tools icarus,verilator,lint`: random circuits,
 * written in the language or made as its intermediate form, on both engines or in other people's tools. Prints the
 * smallest found that differ.
 */
import { parseArgs } from 'node:util';
import { onEngines } from './engines.ts';
import { numbersOf, type Generator } from './generators.ts';
import { inTools } from './tools.ts';
import { isTool } from '../verilog/testing/cross.ts';

const { values } = parseArgs({
  options: {
    circuits: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    generator: { type: 'string', default: 'both' },
    tools: { type: 'string' },
  },
});

function count(flag: 'circuits' | 'seed'): number {
  const number = Number(values[flag]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new RangeError(`--${flag} ${values[flag]}: a whole number from 0 is needed`);
}

function generatorsOf(given: string): readonly Generator[] {
  if (given === 'both') return ['ir', 'language'];
  if (given === 'ir' || given === 'language') return [given];
  throw new RangeError(`--generator ${given}: ir, language or both is needed`);
}

/** @returns how many failed. */
function engines(generator: Generator, circuits: number, seed: number): number {
  const skipped = { 'too large': 0, refused: 0 };
  let failed = 0;
  for (let i = 0; i < circuits; i++) {
    const found = onEngines(generator, numbersOf(generator, seed, i));
    if (found === null) continue;
    if (typeof found !== 'string') {
      skipped[found.skipped]++;
      continue;
    }
    failed++;
    console.log(`${generator} circuit ${i} of seed ${seed}: ${found}`);
  }
  const left = `${skipped['too large']} too large to run, ${skipped.refused} refused by the language`;
  console.log(`${circuits} ${generator} circuits, seed ${seed}: ${failed} differ, ${left}`);
  return failed;
}

function tools(generator: Generator, circuits: number, seed: number, given: string): number {
  const lists = Array.from({ length: circuits }, (_, i) => numbersOf(generator, seed, i));
  let failed = 0;
  for (const tool of given.split(',')) {
    if (!isTool(tool)) throw new RangeError(`--tools ${given}: a list of icarus, verilator and lint is needed`);
    const before = failed;
    const ran = inTools(generator, lists, tool, (text) => {
      failed++;
      console.log(`${generator} circuits of seed ${seed}: ${text}`);
    });
    console.log(`${ran} ${generator} circuits, seed ${seed}, ${tool}: ${failed - before} batches with failures`);
  }
  return failed;
}

try {
  const [circuits, seed] = [count('circuits'), count('seed')];
  const failed = generatorsOf(values.generator).map((generator) =>
    values.tools === undefined ? engines(generator, circuits, seed) : tools(generator, circuits, seed, values.tools),
  );
  process.exitCode = failed.every((number) => number === 0) ? 0 : 1;
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
