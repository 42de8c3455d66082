import { expect, it } from 'vitest';
import { drawn, drawnWaves, staleWaves, withWave } from './drawn-waves.ts';

it('headers show the waves that there are: npm run waves writes them', () => {
  expect(staleWaves(new URL('..', import.meta.url), false)).toEqual([]);
});

it('a wave takes the place of the one before, and leaves the rest of the header', () => {
  const [wave] = drawnWaves;
  if (wave === undefined) throw new Error('there is no wave');
  const text = '/**\n * A cell.\n *\n * In waves, something:\n *\n *     old\n *\n * Invariant.\n */\ncode\n';
  const first = withWave(text, wave);
  expect(first).toContain(` * In waves, ${wave.title}:\n *\n *     ${drawn(wave).split('\n')[0]}`);
  expect(first.endsWith(' *\n * Invariant.\n */\ncode\n')).toBe(true);
  expect(withWave(first, wave)).toBe(first);
  expect(() => withWave('/** A cell. */\n', wave)).toThrow(/has no line/);
});
