/**
 * A queue of four bytes between a source and a sink that are ready at random: small control logic, as units are made
 * of.
 *
 * Interface: none but clock and reset in; `checksum` out, which two runs of equally many cycles must agree in.
 *
 * Timing: a byte is offered in three of four cycles and taken in one of two.
 */
import { fifo, module, produce, reg, uint, when } from '../../hdl/index.ts';

const word = uint(32);

export const QueueBench = module('queue_bench', { in: {}, out: { checksum: word } }, () => {
  // Marsaglia's xorshift32, kept from 0 by its start.
  const random = reg('random', word, { reset: 0x9e3779b9 });
  const x = random.xor(random.shl(13));
  const y = x.xor(x.shr(17));
  random.next = y.xor(y.shl(5));
  const source = produce('source', {
    valid: random.slice(0, 2).ne(0),
    payload: { byte: random.slice(8, 8) },
  });
  const sink = fifo('queue', source, 4);
  sink.ready = random.slice(4, 1).eq(1);
  const checksum = reg('checksum', word);
  when(sink.fire, () => {
    checksum.next = checksum.shl(1).or(checksum.shr(31)).xor(sink.payload.byte.extend(32));
  });
  return { checksum };
});
