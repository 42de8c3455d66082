/** Properties of a unit that the command line does not know: what a failure says, and how it is run again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../hdl/sim/index.ts';
import { checkProperty, checkSame, DifferenceError, PropertyError, type Property } from './property.ts';
import { CaseError, replay } from './replay.ts';
import { count, echoes } from './testing/echo.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-kit-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a property that fails says, and the file that it wrote. */
function failureOf<C>(property: Property<C>): { readonly message: string; readonly text: string } {
  try {
    checkProperty(property, { runs: 200, seed: 3 });
  } catch (error) {
    if (!(error instanceof PropertyError)) throw error;
    const [, file = ''] = /\n {2}replay: npm run -s systole -- replay (\S+) /.exec(error.message) ?? [];
    const text = readFileSync(file, 'utf8');
    rmSync(dirname(file), { recursive: true });
    return { message: error.message, text };
  }
  throw new Error('the property holds');
}

describe('a property of a module', () => {
  const { message, text } = failureOf(echoes);

  it('says what failed, the smallest case, and a command with the module', () => {
    expect(message).toMatch(
      /^a unit passes on what it gets does not hold after \d+ cases: DifferenceError: words: number 0 is 0, not 200\n/,
    );
    expect(message).toContain('shrunk: {"words":[200],"seed":0}');
    expect(message).toMatch(/ --from testbench\/kit\/testing\/echo\.ts --waves failure\.vcd$/);
  });

  it('holds for all cases drawn, or says nothing', () => {
    expect(() => checkProperty(count, { runs: 50 })).not.toThrow();
  });

  it('is run again from its file, with a look at its simulation', () => {
    const file = join(folder, 'case.json');
    writeFileSync(file, text);
    let sim: Simulator | null = null;
    const again = (): void =>
      replay(file, [count, echoes], { engine: 'reference', onStart: (one) => void (sim = one) });
    expect(again).toThrow(new DifferenceError('words: number 0 is 0, not 200'));
    expect(sim).toMatchObject({ engine: 'reference' });
    expect(() => replay(file, [count])).toThrow(
      new CaseError(`${file} is of no property that can be replayed; they are as many words come out as went in`),
    );
    writeFileSync(file, text.replace('[200]', '[201]'));
    expect(again).toThrow(`${file} was written by another version`);
    writeFileSync(file, '{}');
    expect(again).toThrow(`${file} is not a case`);
    expect(() => replay(join(folder, 'none.json'), [echoes])).toThrow('no such file or directory');
  });

  it('without a module prints no command', () => {
    const { module, ...alone } = echoes;
    expect(module).toBeDefined();
    let thrown: unknown;
    try {
      checkProperty(alone, { runs: 200, seed: 3 });
    } catch (error) {
      thrown = error;
    }
    expect(String(thrown)).toContain('SYSTOLE_SEED=3');
    expect(String(thrown)).not.toContain('replay');
  });
});

it.each<[number[], number[], string | null]>([
  [[1, 2], [1, 2], null],
  [[1, 3], [1, 2], 'x: number 1 is 3, not 2'],
  [[1], [1, 2], 'x: 1 numbers, not 2'],
  [[1, 2, 3], [1, 2], 'x: 3 numbers, not 2'],
  [[2], [1, 2], 'x: number 0 is 2, not 1'],
])('compares %o with %o', (found, expected, message) => {
  const compare = (): void => checkSame('x', found, expected);
  if (message === null) expect(compare).not.toThrow();
  else expect(compare).toThrow(new DifferenceError(message));
});
