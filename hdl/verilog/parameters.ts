/** Parameters of parts. */
import type { Module, ParameterValue } from '../ir/types.ts';
import { literal } from './text.ts';
import { exactly } from './words.ts';

/** ` #(.DEPTH(16), .MODE("FAST"))`, or nothing where a module has none. */
export function parameterList({ blackBox }: Module): string {
  const parameters = blackBox?.part?.parameters ?? [];
  if (parameters.length === 0) return '';
  return ` #(${parameters.map(({ name, value }) => `.${exactly(name)}(${parameterText(value)})`).join(', ')})`;
}

/** A parameter's value as Verilog. */
export function parameterText(given: ParameterValue): string {
  switch (given.kind) {
    case 'integer':
      return integerText(given.value);
    case 'bits':
      return literal(given.value, { kind: 'uint', width: given.width });
    case 'string':
      return `"${given.value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
    case 'real':
      return given.value;
  }
}

/** Numbers without a size have 32 bits. */
function integerText(value: bigint): string {
  if (BigInt.asIntN(32, value) === value) return String(value);
  const width = Math.ceil((1 + (value < 0n ? -value : value).toString(2).length) / 32) * 32;
  return `${value < 0n ? '-' : ''}${width}'sd${value < 0n ? -value : value}`;
}
