import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellCommand, shellPath } from './shell.ts';

const odd = [
  '',
  ' ',
  "it's",
  "'",
  '"',
  '$HOME',
  '`id`',
  '$(id)',
  '\\',
  'a\\',
  '100%',
  'pröj (1) [x]',
  '*',
  '?',
  '~',
  '#x',
  '!!',
  'a;b',
  'a&&b',
  '<in',
  '>out',
  'a=b',
  'x\ny',
  '\t',
  '{a,b}',
  '-n',
  '名',
];

test('a shell reads every word back as it was', () => {
  // NUL ends an argument; everything else can be in one.
  const letters = Array.from({ length: 0x2ff }, (_, code) => String.fromCodePoint(code + 1));
  const words = [...odd, ...letters, ...letters.map((letter) => `a${letter}'${letter}`)];
  const { stdout } = spawnSync('sh', ['-c', shellCommand('printf', String.raw`%s\0`, ...words)], { encoding: 'utf8' });
  expect(stdout.split('\0').slice(0, -1)).toEqual(words);
});

test('what needs no quotes has none', () => {
  expect(shellCommand('gtkwave', 'waves/run-1.vcd', '--top=a')).toBe("gtkwave waves/run-1.vcd '--top=a'");
});

test('a file is no option', () =>
  expect(['-x.vcd', 'x.vcd', '- x'].map(shellPath)).toEqual(['./-x.vcd', 'x.vcd', "'./- x'"]));
