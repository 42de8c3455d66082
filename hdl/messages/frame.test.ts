import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { fileOf, framesIn, framesOf, placeOfFrame } from './frame.ts';

test.each<[frame: string, file: string | null]>([
  ['foo (/a/b.ts:3:7)', '/a/b.ts'],
  ['/a/b.ts:3:7', '/a/b.ts'],
  ['async /a/b.ts:3:7', '/a/b.ts'],
  ['async Promise.all (index 0)', null],
  ['new Foo (/my proj/b.ts:3:7)', '/my proj/b.ts'],
  ['async Foo.bar [as baz] (/a (1)/b [2].ts:3:7)', '/a (1)/b [2].ts'],
  ['/a (1)/b (2)/c.ts:3:7', '/a (1)/b (2)/c.ts'],
  ['<anonymous> (/a/b.ts:3:7)', '/a/b.ts'],
  ['Object.a (b) (/a/b.ts:3:7)', '/a/b.ts'],
  ['foo (/a (file:x)/b.ts:3:7)', '/a (file:x)/b.ts'],
  ['foo (file:///a%20b/%5B1%5D/(x)/100%25/pr%C3%B6j.ts:3:7)', '/a b/[1]/(x)/100%/pröj.ts'],
  ['a (/b (file:///a%20(c)/d.ts:3:7)', '/a (c)/d.ts'],
  ['file:///a%2520/b:c.ts:3:7', '/a%20/b:c.ts'],
  ['foo (/100%25/b.ts:3:7)', '/100%25/b.ts'],
  ['foo (file:///a%2Fb.ts:3:7)', 'file:///a%2Fb.ts'],
  ['foo (/a:1:2/b.ts:3:7)', '/a:1:2/b.ts'],
  ['file:///a/b.ts?tsx-namespace=1732#x:3:7', '/a/b.ts'],
  ['foo (/a/b.mts?t=1732:3:7)', '/a/b.mts'],
  ['foo (/a?/what?.ts:3:7)', '/a?/what?.ts'],
  ['foo (C:\\Users\\my proj (1)\\b.ts:3:7)', 'C:\\Users\\my proj (1)\\b.ts'],
  ['c:\\a\\b.ts:3:7', 'C:\\a\\b.ts'],
  ['async file:///c:/my%20proj/b.ts:3:7', 'C:\\my proj\\b.ts'],
  ['foo (C:/a/b.ts?v=3:3:7)', 'C:/a/b.ts'],
  ['foo (\\\\server\\my share\\b.ts:3:7)', '\\\\server\\my share\\b.ts'],
  ['foo (file://server/my%20share/b.ts:3:7)', '\\\\server\\my share\\b.ts'],
  ['eval (eval at make (/a (1)/b.ts:3:7), <anonymous>:1:5)', '/a (1)/b.ts'],
  ['eval (eval at <anonymous> (eval at make (file:///a%20b/c.ts:3:7), <anonymous>:9:9), <anonymous>:1:5)', '/a b/c.ts'],
  ['eval at make (/a/b.ts:3:7), <anonymous>:1:5', '/a/b.ts'],
  ['eval (named.js:3:7)', 'named.js'],
  ['Array.map (<anonymous>)', null],
  ['foo (native)', null],
  ['wasm://wasm/ab12:wasm-function[3]:0x4f', null],
  ['node:internal/main:3:7', 'node:internal/main'],
  ['Module._load (node:internal/modules/cjs/loader:3:7)', 'node:internal/modules/cjs/loader'],
])('%s', (frame, file) => {
  expect(placeOfFrame(frame)).toEqual(file === null ? null : { file, line: 3, column: 7 });
  expect(
    framesIn(`Error: at x (/y.ts:1:1)\nand more\n    at ${frame}\n    at last (/last.ts:1:2)`).map(
      ({ place }) => place.file,
    ),
  ).toEqual([...(file === null ? [] : [file]), '/last.ts']);
});

/** Names that folders have somewhere, `/` and NUL apart, which none has. */
const folder = fc.oneof(
  fc.constantFrom(
    'my proj',
    'pröj (1)',
    '[1]',
    '100%',
    '%20',
    'a:1:2',
    'a?b',
    '#1',
    'at x (',
    ') at',
    'async ',
    'ü ñ 名',
    "it's",
    '$HOME',
    '`x`',
    'a\\b',
    ' (',
    '"',
  ),
  fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !/[/\0\n\r]|^\.{1,2}$|^[A-Za-z]:$/.test(name)),
);
const shapes = ['', 'async ', 'foo', 'async foo', 'new Foo', 'Foo.bar [as baz]', '<anonymous>'] as const;

test('any path comes back, as Node and loaders write it', () => {
  fc.assert(
    fc.property(
      fc.array(folder, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...shapes),
      fc.constantFrom('path', 'URL', 'loader'),
      (folders, shape, form) => {
        const path = `/${folders.join('/')}/x.ts`;
        const written = form === 'URL' ? pathToFileURL(path).href : form === 'loader' ? `${path}?t=1732` : path;
        const location = `${written}:14:9`;
        const frame = shape === '' || shape === 'async ' ? `${shape}${location}` : `${shape} (${location})`;
        expect(placeOfFrame(frame)).toEqual({ file: path, line: 14, column: 9 });
        expect(fileOf(pathToFileURL(path).href)).toBe(path);
      },
    ),
    { numRuns: 300 },
  );
});

const own = { file: fileOf(import.meta.url), line: expect.any(Number), column: expect.any(Number) };
test.each<[string, typeof Error.prepareStackTrace]>([
  ['the call sites themselves', (_, sites) => sites],
  ['a text of another kind', (_, sites) => sites.map((site) => site.getFunctionName()).join()],
  ['nothing', () => null],
  [
    'an error of its own',
    () => {
      throw new Error('no stack');
    },
  ],
])("a user's formatter makes of it %s", (_, formatter) => {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = formatter;
  try {
    expect(framesOf(new Error('x'))[0]?.place).toEqual(own);
    const evaluated: unknown = new Function('return new Error("x")')();
    expect(evaluated instanceof Error && framesOf(evaluated)[0]?.place).toEqual(own);
    expect(Error.prepareStackTrace).toBe(formatter);
  } finally {
    Error.prepareStackTrace = before;
  }
});

test('in a folder with an odd name the language finds the lines of the designer', () => {
  const root = mkdtempSync(join(tmpdir(), 'systole-'));
  try {
    const project = join(root, "my pröj [1] (x) 100% it's");
    const source = fileURLToPath(new URL('..', import.meta.url));
    mkdirSync(project);
    for (const part of ['language', 'checks', 'diagnostics', 'messages', 'ir']) {
      cpSync(join(source, part), join(project, 'hdl', part), {
        recursive: true,
        filter: (path) => !/\.test\.ts$|testing|fail$/.test(path),
      });
    }
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    const design = join(project, 'design %20 (1).ts');
    writeFileSync(
      design,
      `import { elaborate, module, uint } from './hdl/language/index.ts';
import { DesignError } from './hdl/diagnostics/diagnostic.ts';
const Sum = module('sum', { in: { a: uint(8), b: uint(9) }, out: { y: uint(8) } }, ({ a, b }) => ({
  y: a.add(b as never),
}));
try { elaborate(Sum); } catch (error) { if (error instanceof DesignError) console.log(JSON.stringify(error.diagnostics.map((d) => d.places.map((p) => p.place)))); }
`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), design], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const file = design.slice(root.length + 1);
    expect(JSON.parse(stdout)).toEqual([
      [
        { file, line: 4, column: 8 },
        { file, line: 3, column: 13 },
        { file, line: 3, column: 13 },
      ],
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
