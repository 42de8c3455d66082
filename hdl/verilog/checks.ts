/** Assertions and cover points: for simulators and formal tools, out of the way of synthesis. */
import type { Statement } from '../ir/types.ts';
import { eachStatement, filterBody } from '../ir/body.ts';
import type { Expressions } from './expressions.ts';
import type { Scope } from './scope.ts';
import { writeBody } from './statements.ts';
import { indent, longPlace, printable, quoted } from './text.ts';

type Check = Extract<Statement, { readonly kind: 'check' }>;

/** `signals`: the identifiers of a clock and its reset. */
export function writeChecks(
  scope: Scope,
  expressions: Expressions,
  signals: (clock: string) => { readonly clock: string; readonly reset: string | null },
): string[] {
  const found: Check[] = [];
  eachStatement(scope.module.body, (s) => {
    if (s.kind === 'check') found.push(s);
  });
  const block = (
    guard: string,
    kinds: readonly Check['check'][],
    line: (check: Check) => readonly string[],
  ): string[] => {
    const clocks = new Set(found.filter(({ check }) => kinds.includes(check)).map(({ clock }) => clock));
    if (clocks.size === 0) return [];
    const blocks = [...clocks].flatMap((name) => {
      const { clock, reset } = signals(name);
      const body = filterBody(
        scope.module.body,
        (s) => s.kind === 'check' && s.clock === name && kinds.includes(s.check),
      );
      const lines = writeBody(body, { scope, expressions, leaf: (s) => (s.kind === 'check' ? line(s) : []) });
      return [`always @(posedge ${clock}) ${reset === null ? '' : `if (!${reset}) `}begin`, ...indent(lines), 'end'];
    });
    return [guard, ...blocks, '`endif', ''];
  };
  return [
    ...block('`ifndef SYNTHESIS', ['assert', 'assume'], ({ condition, message, place }) => {
      const text = quoted(place === null ? message : `${message} (${longPlace(place)})`);
      return [`assert (${expressions.text(condition)}) else $fatal(1, ${text});`];
    }),
    ...block('`ifdef FORMAL', ['cover'], ({ condition, message }) => [
      `cover (${expressions.text(condition)});  // ${printable(message)}`,
    ]),
  ];
}
