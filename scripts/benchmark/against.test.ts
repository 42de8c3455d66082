import { expect, test } from 'vitest';
import { measureAgainst } from './against.ts';

test('what is no commit is refused in one line', async () => {
  const measured = measureAgainst('no-such-commit', [], { seconds: 0.001, repeat: 1 }, () => {});
  await expect(measured).rejects.toThrow('--against is no-such-commit, which is no commit of this repository');
});
