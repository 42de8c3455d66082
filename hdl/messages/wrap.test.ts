import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapped } from './wrap.ts';

it('keeps every word and its order, and fills each line as far as it goes', () => {
  const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'B', '`', '.') });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (words, columns) => {
      const lines = wrapped(words.join(' '), columns).split('\n');
      expect(lines.join(' ')).toBe(words.join(' '));
      lines.forEach((line, i) => {
        if (line.includes(' ')) expect(line.length).toBeLessThanOrEqual(columns);
        const [next] = lines[i + 1]?.split(' ') ?? [];
        if (next !== undefined) expect(line.length + 1 + next.length).toBeGreaterThan(columns);
      });
    }),
  );
});
