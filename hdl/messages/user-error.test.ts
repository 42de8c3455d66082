import { expect, test } from 'vitest';
import { UserError } from './user-error.ts';

test('a stack begins with the message, then has the frames of those who called', () => {
  class Odd extends UserError {
    override readonly name = 'Odd';
  }
  const { stack = '' } = new Odd('two\nlines', { cause: 3 });
  expect(stack.startsWith('Odd: two\nlines\n    at ')).toBe(true);
  expect(stack.split('\n    at ')[1]).toContain('user-error.test.ts:');
  expect(new Odd('x', { cause: 3 }).cause).toBe(3);
});
