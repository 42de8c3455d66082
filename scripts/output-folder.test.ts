import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { OutputFolder } from './output-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'systole-folder-'));
afterAll(() => rmSync(root, { recursive: true }));
let path = '';
let number = 0;
beforeEach(() => {
  path = join(root, String(number++), 'rtl');
});

const write = (files: Readonly<Record<string, string>>, options = {}): void =>
  new OutputFolder(path, options).write(new Map(Object.entries(files)));
/** Name → text of everything in the folder, but the list with the checksums. */
function held(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(path)
      .filter((name) => name !== 'systole.sha256')
      .map((name) => [name, readFileSync(join(path, name), 'utf8')]),
  );
}

it('makes the folder and those above it', () => {
  write({ 'a.sv': 'a', 'README.md': 'r' });
  expect(held()).toEqual({ 'a.sv': 'a', 'README.md': 'r' });
  expect(readFileSync(join(path, 'systole.sha256'), 'utf8')).toContain(
    'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.sv\n',
  );
  expect(readdirSync(join(path, '..'))).toEqual(['rtl']);
});

it('fills an empty folder, and the one that it is started in', () => {
  mkdirSync(path, { recursive: true });
  write({ 'a.sv': 'a' });
  expect(held()).toEqual({ 'a.sv': 'a' });
});

it('replaces its own files, takes away those that are no more, and leaves what others made of them', () => {
  write({ 'a.sv': 'a', 'b.sv': 'b' });
  mkdirSync(join(path, 'obj_dir'));
  rmSync(join(path, 'b.sv'));
  write({ 'b.sv': 'b', 'c.sv': 'c' });
  expect(readdirSync(path).toSorted()).toEqual(['b.sv', 'c.sv', 'obj_dir', 'systole.sha256']);
});

it('keeps a file of ours that was edited', () => {
  write({ 'a.sv': 'a', 'b.sv': 'b' });
  writeFileSync(join(path, 'a.sv'), 'mine');
  expect(() => write({ 'a.sv': 'a', 'b.sv': 'B' })).toThrow(
    /^a\.sv is in .*rtl, and not as systole wrote it; name another folder, or give --force to replace it$/,
  );
  expect(held()).toEqual({ 'a.sv': 'mine', 'b.sv': 'b' });
  // It is not ours any more, and in nobody's way.
  write({ 'b.sv': 'B' });
  expect(held()).toEqual({ 'a.sv': 'mine', 'b.sv': 'B' });
  write({ 'a.sv': 'a' }, { force: true });
  expect(held()).toEqual({ 'a.sv': 'a' });
});

it('writes among the files of others only by force, and over them likewise', () => {
  mkdirSync(path, { recursive: true });
  for (const name of ['x', 'README.md']) writeFileSync(join(path, name), 'theirs');
  expect(() => write({ 'README.md': 'r' })).toThrow(
    /the folder .*rtl has files that systole did not write \(README\.md, x\); name another folder, or give --force to write among them$/,
  );
  expect(held()).toEqual({ x: 'theirs', 'README.md': 'theirs' });
  write({ 'README.md': 'r' }, { force: true });
  expect(held()).toEqual({ x: 'theirs', 'README.md': 'r' });
});

it('never takes a folder away', () => {
  write({ 'a.sv': 'a' });
  mkdirSync(join(path, 'b.sv', 'work'), { recursive: true });
  expect(() => write({ 'a.sv': 'A', 'b.sv': 'b' }, { force: true })).toThrow(
    /^b\.sv is a folder in .*rtl, where a file is to be; name another folder$/,
  );
  expect(readFileSync(join(path, 'a.sv'), 'utf8')).toBe('a');
});

it('takes nothing away that a list names elsewhere', () => {
  write({ 'a.sv': 'a' });
  writeFileSync(join(path, '..', 'outside'), 'a');
  const list = join(path, 'systole.sha256');
  writeFileSync(list, readFileSync(list, 'utf8').replace('a.sv', '../outside'));
  expect(() => write({ 'a.sv': 'a' })).toThrow('not as systole wrote it');
  write({ 'b.sv': 'b' });
  expect(readFileSync(join(path, '..', 'outside'), 'utf8')).toBe('a');
});

it('changes nothing when a step fails', () => {
  write({ 'a.sv': 'a', 'b.sv': 'b' });
  // A name that cannot be written: what was staged goes, what was there stays.
  expect(() => write({ 'a.sv': 'A', [`${'x'.repeat(300)}.sv`]: 'c' })).toThrow(
    /^cannot write .*rtl: the name is too long/,
  );
  expect(held()).toEqual({ 'a.sv': 'a', 'b.sv': 'b' });
  // Half of the files are in place when one cannot be moved, because what it was staged in has its name.
  expect(() => write({ 'a.sv': 'A', [`.${process.pid}.part`]: 'c', 'd.sv': 'd' })).toThrow(/^cannot write .*rtl: /);
  expect(held()).toEqual({ 'a.sv': 'a', 'b.sv': 'b' });
  path = join(root, 'none', 'deeper', 'rtl');
  expect(() => write({ [`${'x'.repeat(300)}.sv`]: 'c' })).toThrow('the name is too long');
  expect(existsSync(join(root, 'none'))).toBe(false);
});

it('says what is in the way of a folder', () => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  expect(() => new OutputFolder(path)).toThrow(/rtl is a file; name a folder$/);
  expect(() => new OutputFolder(join(path, 'x'))).toThrow(
    /x: a part of the path is a file, not a directory; check the path$/,
  );
  const link = join(path, '..', 'link');
  symlinkSync('nowhere', link);
  expect(() => new OutputFolder(link)).toThrow(/link: no such file|link: its directory does not exist/);
});

// Root may write anywhere.
it.skipIf(process.getuid?.() === 0)('says before the work that a folder is closed', () => {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o500);
  expect(() => new OutputFolder(join(path, 'new'))).toThrow('permission denied');
});
