/** Warnings of Verilator that this Verilog waives, each with its reason, and only in the files where it can arise. */

import type { Fact } from './scope.ts';

interface Waiver {
  readonly warnings: readonly string[];
  readonly reason: string;
  readonly applies: (text: string, facts: ReadonlySet<Fact>) => boolean;
}

const waivers: readonly Waiver[] = [
  {
    warnings: ['UNUSEDSIGNAL'],
    reason: 'a bus may carry bits, and a module have ports, that are of no use here',
    applies: () => true,
  },
  {
    warnings: ['UNUSEDPARAM'],
    reason: 'an enumeration lists all its labels',
    applies: (text) => /^ {2}localparam \[?.*= \d+'/m.test(text),
  },
  {
    warnings: ['PINCONNECTEMPTY'],
    reason: 'outputs that are of no use here stay open',
    applies: (text) => /\.\w+\(\)/.test(text),
  },
  {
    warnings: ['CMPCONST', 'UNSIGNED'],
    reason: 'a side of a comparison may be constant where this module is used',
    applies: (_, facts) => facts.has('order'),
  },
  {
    warnings: ['UNOPTFLAT'],
    reason: 'values pass through the cells of a line, and are parts of one array',
    applies: (_, facts) => facts.has('passes'),
  },
  {
    warnings: ['MULTIDRIVEN'],
    reason: 'a memory is written at several clocks',
    applies: (_, facts) => facts.has('clocks'),
  },
  {
    warnings: ['UNDRIVEN'],
    reason: 'the corners beyond a triangle of cells carry nothing',
    applies: (text) => text.includes(': a triangle of '),
  },
];

/** A module's text with its waivers after the line that names it. */
export function withWaivers(text: string, facts: ReadonlySet<Fact>): string {
  const lines = waivers
    .filter(({ applies }) => applies(text, facts))
    .flatMap(({ warnings, reason }) => [
      ...warnings.map((warning) => `// verilator lint_off ${warning}\n`),
      `// ${reason}\n`,
    ]);
  return text.replace('\n', `\n${lines.join('')}`);
}
