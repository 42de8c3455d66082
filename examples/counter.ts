/** The smallest unit: counts the cycles in which it is enabled, and starts again after 15. */
import { bit, module, regs, uint, when } from 'systole/hdl';

export const Counter = module('counter', { in: { enable: bit }, out: { count: uint(4) } }, ({ enable }) => {
  const r = regs({ count: uint(4) });
  when(enable, () => {
    r.count.next = r.count.add(1);
  });
  return r;
});
