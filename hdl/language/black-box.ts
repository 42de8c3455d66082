/** Black boxes as parts of somebody else: pins and parameters, by the names that they have there. */
import type { Clock, ParameterValue, Part } from '../ir/types.ts';
import { nameOf, report } from './builder.ts';
import { isRecord } from './bundle.ts';
import { listGiven } from './given.ts';
import { describeGiven } from './operand.ts';

/**
 * What a parameter is set to: a whole number, a text, so many bits, or a real number as it is to be written, such as
 * `'0.010'`.
 */
export type ParameterGiven =
  | number
  | bigint
  | string
  | { readonly bits: number; readonly value: number | bigint }
  | { readonly real: string };

/** The pins of a part. */
export interface PartPorts<I, O> {
  readonly in: I;
  readonly out: O;
  /**
   * Its clock pins (none), each with its reset pin where it has one (synchronous, active high). The first is the
   * default.
   */
  readonly clocks?: readonly (string | { readonly clock: string; readonly reset: string })[];
  readonly parameters?: Readonly<Record<string, ParameterGiven>>;
}

/** The clocks and parameters of a part; E0003, E0011 for what is none. */
export function partOf(
  name: string,
  given: unknown,
): { readonly clocks: readonly Clock[]; readonly parameters: Part['parameters'] } {
  const ports: { readonly clocks?: unknown; readonly parameters?: unknown } = isRecord(given) ? given : {};
  const unknown = Object.keys(ports).filter((key) => !['in', 'out', 'clocks', 'parameters'].includes(key));
  if (unknown.length > 0) {
    report({
      code: 'E0011',
      message: `black box ${name} has ${unknown.join(', ')} beside its in, out, clocks and parameters`,
      help: unknown.includes('inout')
        ? 'a signal has one driver: wrap the part in a module of Verilog with an in, an out and an enable, and name the wrapper here'
        : "pins are in or out; clocks: ['CLK']; parameters: { DEPTH: 16 }",
    });
  }
  const list = listGiven(
    ports.clocks ?? [],
    `clocks of black box ${name}`,
    "list the pins: clocks: ['CLK', { clock: 'CLKB', reset: 'RSTB' }]",
  );
  const clocks = list.map((each): Clock => {
    const pins: { readonly clock?: unknown; readonly reset?: unknown } = isRecord(each) ? each : { clock: each };
    const what = `a clock of black box ${name}`;
    return {
      name: nameOf(pins.clock, what),
      reset: pins.reset === undefined ? null : nameOf(pins.reset, `the reset of ${what}`),
    };
  });
  const parameters = Object.entries(isRecord(ports.parameters) ? ports.parameters : {}).map(
    ([key, value]: [string, unknown]) => ({ name: key, value: parameterOf(`parameter ${key} of ${name}`, value) }),
  );
  return { clocks, parameters };
}

function parameterOf(what: string, given: unknown): ParameterValue {
  if (typeof given === 'bigint' || (typeof given === 'number' && Number.isSafeInteger(given)))
    return { kind: 'integer', value: BigInt(given) };
  if (typeof given === 'string') return { kind: 'string', value: given };
  if (isRecord(given)) {
    const { bits, value, real }: { readonly bits?: unknown; readonly value?: unknown; readonly real?: unknown } = given;
    if (typeof real === 'string' && /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(real)) return { kind: 'real', value: real };
    const pattern =
      typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)) ? BigInt(value) : -1n;
    if (
      typeof bits === 'number' &&
      Number.isInteger(bits) &&
      bits >= 1 &&
      pattern >= 0n &&
      pattern >> BigInt(bits) === 0n
    ) {
      return { kind: 'bits', width: bits, value: pattern };
    }
  }
  report({
    code: 'E0003',
    message: `${what} is ${describeGiven(given)}`,
    help: "give a whole number, a text, { bits: 8, value: 0x5a } with a value that these bits hold, or { real: '0.010' }",
  });
  return { kind: 'integer', value: 0n };
}
