/** A unit with a fault, and properties of it, as somebody outside of the checkout has them. */
import fc from 'fast-check';
import { elaborate, map, module, select, stage, stream, uint } from '../../../hdl/index.ts';
import { Bench } from '../bench.ts';
import { checkSame, type Property, type Watched } from '../property.ts';

/** Passes words on, but 200 and more as 0. */
const Echo = module('echo', { in: { words: stream(uint(8)) }, out: { echoes: stream(uint(8)) } }, ({ words }) => ({
  echoes: map('small', stage('held', words), (word) => select(word.ge(200), 0, word)),
}));
const design = elaborate(Echo, { monitors: true });

interface Case {
  readonly words: readonly number[];
  readonly seed: number;
}

function echoesOf({ words, seed }: Case, watched: Watched): readonly bigint[] {
  const bench = new Bench(design, { ...watched, seed, stall: 0.3 });
  const [source, sink] = [bench.source('words', uint(8)), bench.sink('echoes', uint(8))];
  bench.begin();
  for (const word of words) source.push(word);
  sink.expected = words.length;
  bench.run(1000);
  return sink.payloads;
}

const cases: fc.Arbitrary<Case> = fc.record({ words: fc.array(fc.nat(255), { maxLength: 20 }), seed: fc.nat() });

/** Does not hold. */
export const echoes: Property<Case> = {
  name: 'a unit passes on what it gets',
  module: import.meta.url,
  cases,
  holds: (drawn, watched) => checkSame('words', echoesOf(drawn, watched), drawn.words.map(BigInt)),
};

/** Holds. */
export const count: Property<Case> = {
  ...echoes,
  name: 'as many words come out as went in',
  holds: (drawn, watched) => {
    if (echoesOf(drawn, watched).length !== drawn.words.length) throw new Error('words are lost');
  },
};

/** Throws what the kit does not know, and before there is a simulation. */
export const early: Property<Case> = {
  ...echoes,
  name: 'a property that has no simulation',
  holds: () => {
    throw new TypeError('a mistake of the property');
  },
};
