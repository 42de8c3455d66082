/** Warnings of Verilator that this Verilog waives, each with its reason, and only in the files where it can arise. */

interface Waiver { readonly warning: string; readonly reason: string; readonly applies: (text: string) => boolean }

const waivers: readonly Waiver[] = [
  { warning: 'UNUSEDSIGNAL', reason: 'a bus may carry bits, and a module have ports, that are of no use here', applies: () => true },
  { warning: 'UNUSEDPARAM', reason: 'an enumeration lists all its labels', applies: (text) => /^ {2}localparam \[?.*= \d+'/m.test(text) },
  { warning: 'PINCONNECTEMPTY', reason: 'outputs that are of no use here stay open', applies: (text) => /\.\w+\(\)/.test(text) },
  { warning: 'UNDRIVEN', reason: 'the corners beyond a triangle of cells carry nothing', applies: (text) => text.includes(': a triangle of ') },
];

/** A module's text with its waivers after the line that names it. */
export function withWaivers(text: string): string {
  const lines = waivers.filter(({ applies }) => applies(text)).map(({ warning, reason }) => `// verilator lint_off ${warning}\n// ${reason}\n`);
  return text.replace('\n', `\n${lines.join('')}`);
}
