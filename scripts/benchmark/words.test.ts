import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { contenderNames } from './contender.ts';
import { arraySubject, npuSubject } from './subject.ts';

it('the tables in the README have words, no names of our code', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, block = ''] = /<!-- bench -->(.*)<!-- \/bench -->/s.exec(readme) ?? [];
  const camel = contenderNames.filter((name) => /[A-Z]/.test(name));
  const internal = [...camel, 'no icarus', 'no verilator', arraySubject(64).name, npuSubject(64, 256).name];
  expect(block).toContain('| systolic array |');
  for (const name of internal) expect(block).not.toContain(name);
});
