import { bit, fsm, module, regs, stream, uint, when } from '../index.ts';

/**
 * Adds up `length` words of a stream: `start` begins, `done` is 1 for one cycle, and `total` holds until the next
 * start.
 */
export const Summer = module(
  'summer',
  {
    in: { start: bit, length: uint(8), words: stream(uint(16)) },
    out: { busy: bit, done: bit, total: uint(24) },
  },
  ({ start, length, words }) => {
    const state = fsm(['idle', 'run', 'finish'], { reset: 'idle' });
    const r = regs({ left: uint(8), total: uint(24) });
    words.ready = state.is('run').and(r.left.ne(0));
    state.cases({
      idle: () =>
        when(start, () => {
          r.left.next = length;
          r.total.next = 0;
          state.goto('run');
        }),
      run: () =>
        when(words.fire, () => {
          r.left.next = r.left.sub(1);
          r.total.next = r.total.add(words.payload.extend(24));
        }).elsewhen(r.left.eq(0), () => state.goto('finish')),
      finish: () => state.goto('idle'),
    });
    return { busy: state.is('idle').not(), done: state.is('finish'), total: r.total };
  },
);
