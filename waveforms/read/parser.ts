/**
 * vcd-stream 1.5.0, which is an optional package. Its WebAssembly flavour is taken by path: the native one needs a
 * compiler, has no hierarchy and loses changes.
 */
import type { VcdParser, VcdScope } from 'vcd-stream/lib/web-vcd-parser.js';
import { codeOf } from '../../hdl/messages/file-reasons.ts';
import { WaveformError } from '../error.ts';
import { rangeOf } from '../variables.ts';

export interface VcdVariable {
  /** Scopes and name with dots between, without a bit range. */
  readonly path: string;
  readonly id: string;
  readonly kind: string;
  readonly width: number;
}

const load = async () => Promise.all([import('vcd-stream/out/vcd.js'), import('vcd-stream/lib/web-vcd-parser.js')]);

/** A parser for one file. @throws WaveformError where the package is not installed */
export async function openParser(find: typeof load = load): Promise<VcdParser> {
  try {
    const [{ default: createVCD }, { default: parserOf }] = await find();
    return await parserOf(await createVCD());
  } catch (cause) {
    if (codeOf(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new WaveformError(
      'vcd-stream is not installed, which only reading waves needs; npm install --ignore-scripts vcd-stream@1.5.0',
      { cause },
    );
  }
}

/** Command codes: scalars 0, 1, two each for x and z; then VHDL's other values; vectors. */
const SCALAR_0 = 14;
const SCALAR_1 = 15;
const SCALAR_Z = 18;
export const LAST_SCALAR = 19;
export const FIRST_VECTOR = 30;

/** Bits of a variable. One that is set in `unknown` is x or z: in `value` it is 1 where it is z. */
export interface Bits {
  readonly value: bigint;
  readonly unknown: bigint;
}

/** The bits of a change. */
export function bitsOf(command: number, value = 0n, mask = 0n): Bits {
  if (command >= FIRST_VECTOR) return { value, unknown: mask };
  const known = command === SCALAR_0 || command === SCALAR_1;
  const isZ = command >= SCALAR_Z && command <= LAST_SCALAR;
  return { value: BigInt(command === SCALAR_1 || isZ), unknown: BigInt(!known) };
}

/** Runs the parser's synchronous part and returns what it prints: its only report of an error. */
export function printed(run: () => void): string {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...parts: unknown[]) => {
    lines.push(parts.map(String).join(' '));
  };
  try {
    run();
  } finally {
    console.log = log;
  }
  return lines.join(', ');
}

/** What is declared at or below a scope, in the order of the file. */
export function variablesIn(scope: VcdScope, prefix = ''): VcdVariable[] {
  return scope.body.flatMap((entry) => {
    const name = prefix === '' ? entry.name : `${prefix}.${entry.name}`;
    if (entry.kind === 'scope') return variablesIn(entry, name);
    const range = rangeOf(entry.size);
    const path = range !== '' && name.endsWith(range) ? name.slice(0, -range.length) : name;
    return [{ path, id: entry.link, kind: entry.type, width: entry.size }];
  });
}
