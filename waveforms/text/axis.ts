/** What the columns of a file's drawing are. */
import type { VcdVariable } from '../read/parser.ts';
import { CYCLE_BITS } from '../vcd/header.ts';

/** `counter`: a variable that says which cycle it is; `clock`: one that begins a cycle when it rises. */
export type Axis =
  | { readonly kind: 'counter' | 'clock'; readonly variable: VcdVariable }
  | { readonly kind: 'time'; readonly variable: null };

/** The counter of cycles that our files have, or else the outermost clock, or else time itself. */
export function axisOf(variables: readonly VcdVariable[]): Axis {
  const depth = ({ path }: VcdVariable): number => path.split('.').length;
  const outermost = (fits: (name: string, variable: VcdVariable) => boolean): VcdVariable | undefined =>
    variables
      .filter((one) => fits(one.path.slice(one.path.lastIndexOf('.') + 1), one))
      .reduce<VcdVariable | undefined>(
        (best, one) => (best === undefined || depth(one) < depth(best) ? one : best),
        undefined,
      );
  const counter = outermost((name, { width }) => width === CYCLE_BITS && /^cycle_*$/.test(name));
  if (counter !== undefined) return { kind: 'counter', variable: counter };
  const clock = outermost((name, { width }) => width === 1 && /^(a|i_|sys_|core_)?(clk|clock)(_i|_in)?$/i.test(name));
  return clock === undefined ? { kind: 'time', variable: null } : { kind: 'clock', variable: clock };
}
