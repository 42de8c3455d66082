import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, AssemblyError, decodeCommand, disassemble, type Command } from './assembler.ts';
import { layout } from './layout.ts';
import { operations, SEMAPHORES, type OperationName } from './operations.ts';
import { runsOf } from '../../hdl/testing-runs.ts';
import { requantiseFields } from '../../testbench/testing-commands.ts';

const names = Object.keys(operations).filter((name): name is OperationName => name in operations);
const gemm = {
  dataflow: 'ws',
  accumulate: 0,
  a: 0,
  b: 0,
  c: 0,
  m: 1,
  n: 1,
  k: 1,
  aZero: 0,
  bZero: 0,
  aUnsigned: 0,
  bUnsigned: 0,
  aFold: 1,
  aWidth: 0,
  aStep: 1,
  aRow: 0,
  bFold: 1,
  cFold: 1,
};
const requantise = { ...requantiseFields, multiplier: 1 };

/** Any command of an operation, its numbers often at the ends of their ranges. */
function commandsOf(operation: OperationName): fc.Arbitrary<Command> {
  const fields = layout(operation).map(({ name, words, range: { least, most } }) => {
    const number = fc.oneof(fc.integer({ min: least, max: most }), fc.constantFrom(least, most));
    return fc.tuple(fc.constant(name), words.length > 0 ? fc.constantFrom(...words) : number);
  });
  const semaphores =
    operations[operation].unit === 'control'
      ? fc.constant([])
      : fc.subarray(Array.from({ length: SEMAPHORES }, (_, s) => s));
  return fc
    .record({ tag: fc.nat(0xffff), wait: semaphores, signal: semaphores, drawn: fc.tuple(...fields) })
    .map(({ drawn, ...rest }) => {
      const values = Object.fromEntries(drawn);
      const { low, high } = values;
      if (Number(low) > Number(high)) Object.assign(values, { low: high, high: low });
      return { operation, ...rest, fields: values };
    });
}
const commands = fc.oneof(...names.map(commandsOf));

/** What a line of the disassembler says, word by word. */
function parsed(line: string): Command {
  const [tag = '', operation, ...rest] = line.split(' ');
  const pairs = rest.map((pair) => pair.split('=')).map(([name = '', value = '']) => [name, value] as const);
  const list = (wanted: string): number[] =>
    pairs.filter(([name]) => name === wanted).flatMap(([, value]) => value.split(',').map(Number));
  const fields = pairs.filter(([name]) => name !== 'wait' && name !== 'signal');
  return {
    operation: names.find((name) => name === operation) ?? 'nop',
    tag: Number(tag.slice(1)),
    wait: list('wait'),
    signal: list('signal'),
    fields: Object.fromEntries(fields.map(([name, value]) => [name, /^-?\d+$/.test(value) ? Number(value) : value])),
  };
}

describe('every command', () => {
  it('reads back as what was assembled, from its bytes and from its text', () => {
    fc.assert(
      fc.property(commands, (command) => {
        const bytes = assemble(command);
        expect(decodeCommand(bytes)).toEqual(command);
        expect(parsed(disassemble(bytes))).toEqual(command);
      }),
      { numRuns: runsOf({ few: 200, all: 1000 }) },
    );
  });

  it('is refused with any value that its field cannot have, in one line that says what it can', () => {
    fc.assert(
      fc.property(
        commands,
        fc.nat(),
        fc.constantFrom(-1, -0.5, 0.5, NaN, Infinity, '1', null, undefined, 'x', [1], 2n),
        (command, draw, odd) => {
          const places = layout(command.operation);
          const place = places[draw % Math.max(1, places.length)];
          fc.pre(place !== undefined);
          const {
            name,
            range: { least, most },
            words,
          } = place;
          for (const value of [least - 1, most + 1, ...(odd === -1 ? [] : [odd])]) {
            const wrong: unknown = { ...command, fields: { ...command.fields, [name]: value } };
            let message = '';
            try {
              assemble(wrong as Command);
            } catch (error) {
              message = error instanceof AssemblyError ? error.message : `${String(error)}!`;
            }
            const what =
              value === undefined
                ? 'missing'
                : typeof value === 'string'
                  ? `'${value}'`
                  : Array.isArray(value)
                    ? 'an Array'
                    : typeof value === 'bigint'
                      ? '2n'
                      : String(value);
            const remedy =
              words.length > 0
                ? `give one of ${words.join(', ')}`
                : place.kind === 'bit'
                  ? 'give 0 or 1'
                  : `give a whole number from ${least} to ${most}`;
            expect(message).toBe(`#${command.tag} ${command.operation}: ${name} is ${what}; ${remedy}`);
          }
        },
      ),
      { numRuns: runsOf({ few: 150, all: 600 }) },
    );
  });

  it.each<[string, Parameters<typeof assemble>[0]]>([
    ['#-1 nop: tag is -1; give a whole number from 0 to 65535', { operation: 'nop', tag: -1, fields: {} }],
    ['#65536 nop: tag is 65536; give a whole number from 0 to 65535', { operation: 'nop', tag: 65_536, fields: {} }],
    ['#NaN nop: tag is NaN; give a whole number from 0 to 65535', { operation: 'nop', tag: NaN, fields: {} }],
    [
      '#1 gemm: wait names semaphore 8; give a whole number from 0 to 7',
      { operation: 'gemm', tag: 1, wait: [0, 8], fields: gemm },
    ],
    [
      '#1 gemm: signal names semaphore 0.5; give a whole number from 0 to 7',
      { operation: 'gemm', tag: 1, signal: [0.5], fields: gemm },
    ],
    ['#1 gemm: wait names semaphore 3 twice; name it once', { operation: 'gemm', tag: 1, wait: [3, 3], fields: gemm }],
    [
      '#1 fence: it neither waits nor signals; leave its semaphores out',
      { operation: 'fence', tag: 1, wait: [1], fields: {} },
    ],
    [
      '#1 gemm: aZero is 300; give a whole number from -256 to 255',
      { operation: 'gemm', tag: 1, fields: { ...gemm, aZero: 300 } },
    ],
    [
      '#1 gemm: m is -1; give a whole number from 0 to 65535',
      { operation: 'gemm', tag: 1, fields: { ...gemm, m: -1 } },
    ],
    [
      '#1 gemm: a is 1048576; give a whole number from 0 to 1048575',
      { operation: 'gemm', tag: 1, fields: { ...gemm, a: 1 << 20 } },
    ],
    [
      "#1 gemm: dataflow is 'is'; give one of ws, os",
      { operation: 'gemm', tag: 1, fields: { ...gemm, dataflow: 'is' } },
    ],
    [
      '#1 requantise: shift is 40; give a whole number from -31 to 31',
      { operation: 'requantise', tag: 1, fields: { ...requantise, shift: 40 } },
    ],
    [
      '#1 requantise: low is 5 and high is 4; give a low that is not above high',
      { operation: 'requantise', tag: 1, fields: { ...requantise, low: 5, high: 4 } },
    ],
  ])('is refused: %s', (message, command) => {
    expect(() => assemble(command)).toThrow(new AssemblyError(message));
  });

  it('is refused with a field or an operation that there is not', () => {
    const more: Parameters<typeof assemble>[0] = {
      operation: 'gemm',
      tag: 1,
      fields: Object.assign({ azero: 1 }, gemm),
    };
    expect(() => assemble(more)).toThrow(
      '#1 gemm: there is no field azero; its fields are dataflow, accumulate, a, b, c, m, n, k, aZero',
    );
    const other: unknown = { operation: 'gem', tag: 1, fields: {} };
    expect(() => assemble(other as Command)).toThrow(
      '#1 gem: there is no such operation; give one of nop, fence, interrupt, load',
    );
  });
});

it('bits may be words of JavaScript', () => {
  expect(assemble({ operation: 'gemm', tag: 1, fields: { ...gemm, accumulate: true, aUnsigned: false } })).toEqual(
    assemble({ operation: 'gemm', tag: 1, fields: { ...gemm, accumulate: 1 } }),
  );
});

it('what is no command is said to be none', () => {
  expect(disassemble(new Uint8Array(64).fill(255))).toBe('#65535 illegal operation 255, or illegal header');
  expect(decodeCommand(Uint8Array.from({ length: 64 }, (_, i) => (i === 1 ? 1 : 0)))).toBeNull();
  expect(() => disassemble(new Uint8Array(63))).toThrow('a command is 64 bytes, not 63');
});
