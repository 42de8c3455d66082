import { enumeration, match, module, sram, uint, vec, when, wire } from '../../index.ts';

const operation = enumeration('operation', ['load', 'store', 'add']);

/**
 * Combinational values decided in every way that there is: a chain of wires that fall back on each other, which hangs
 * Icarus 11 if one of them takes two values in turn; wires that later statements decide anew; an element of a vector; a
 * memory that two places write.
 */
export const Decisions = module(
  'decisions',
  {
    in: { x: uint(8), elements: vec(4, uint(8)), operation },
    out: { last: uint(8), anew: uint(8), nested: uint(8), changed: vec(4, uint(8)), word: uint(8) },
  },
  ({ x, elements, operation: given }) => {
    const first = wire('first', uint(8), { default: 3 });
    when(x.bit(0), () => {
      first.next = 4;
    }).elsewhen(x.bit(3), () => {
      first.next = 5;
    });
    const second = wire('second', uint(8), { default: first });
    when(x.bit(1), () => {
      second.next = 1;
    }).elsewhen(x.bit(4), () => {
      second.next = 6;
    });
    const last = wire('last', uint(8), { default: second });
    when(x.bit(2), () => {
      last.next = 2;
    }).elsewhen(x.bit(5), () => {
      last.next = 7;
    });

    const anew = wire('anew', uint(8));
    match(given, {
      load: () => {
        anew.next = first;
      },
      store: () => {
        anew.next = second;
      },
      add: () => {
        anew.next = last;
      },
    });
    when(x.bit(7), () => {
      anew.next = 9;
    });

    const nested = wire('nested', uint(8), { default: x });
    when(x.bit(0), () => {
      when(x.bit(1), () => {
        nested.next = 1;
      });
    }).elsewhen(x.bit(2), () => {
      nested.next = 2;
    });

    const words = sram('words', { depth: 4, word: uint(8), readDuringWrite: 'new' });
    const address = x.slice(0, 2);
    when(x.bit(6), () => {
      words.write({ address, data: last });
    }).elsewhen(x.bit(7), () => {
      words.write({ address: 2, data: anew, enable: x.bit(0) });
    });
    return { last, anew, nested, changed: elements.with(address, last), word: words.read('word', { address }) };
  },
);
