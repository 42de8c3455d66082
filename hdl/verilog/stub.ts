/** Black boxes: modules of which only the ports are known. */
import { indent, dimensions, printable } from './text.ts';
import type { Interface } from './module.ts';
import { parameterText } from './parameters.ts';
import { exactly } from './words.ts';

/** The parameters that are set, each with the value that it is set to. */
function declared({ blackBox }: Interface['module']): string {
  const parameters = blackBox?.part?.parameters ?? [];
  if (parameters.length === 0) return '';
  return ` #(${parameters.map((each) => `parameter ${exactly(each.name)} = ${parameterText(each.value)}`).join(', ')})`;
}

/** A module's declaration without a body, marked as a black box for tools of synthesis. */
export function writeStub({ module, name, ports }: Interface): string {
  const inputs = module.clocks.flatMap(({ name: clock, reset }) => (reset === null ? [clock] : [clock, reset]));
  const lines = [
    ...inputs.map((port) => `input  wire ${ports.get(port) ?? port}`),
    ...module.ports.map(
      (port) =>
        `${port.direction === 'in' ? 'input  wire' : 'output wire'}${dimensions(port.type)} ${ports.get(port.name) ?? port.name}`,
    ),
  ];
  const unique = [...new Set(lines)];
  return [
    `// ${printable(module.name)}: its contents come from elsewhere.`,
    '(* blackbox *)',
    `module ${name}${declared(module)} (`,
    ...indent(unique.map((line, i) => (i === unique.length - 1 ? line : `${line},`))),
    ');',
    'endmodule',
    '',
  ].join('\n');
}
