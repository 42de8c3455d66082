/** What a test run is told by its environment: `systole test` sets it, and so can anybody. */
import { BenchError } from './error.ts';

/** A number of the environment; undefined where it is not set. @throws BenchError for what is no whole number */
export function environmentNumber(name: 'SYSTOLE_SEED' | 'SYSTOLE_SHRINKS'): number | undefined {
  const given = process.env[name];
  if (given === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(given))
    throw new BenchError(`${name} is ${given}; give the whole number that a failure printed, or leave it out`);
  return Number(given);
}

/** The seed of this test run: of the environment's SYSTOLE_SEED, or 1. For whatever a test draws by itself. */
export function testSeed(): number {
  return environmentNumber('SYSTOLE_SEED') ?? 1;
}
