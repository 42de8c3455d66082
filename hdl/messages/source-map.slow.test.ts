/**
 * A mistake is told where the designer wrote it, in TypeScript, however the design is run: compiled with a map beside
 * each file or in it, by a loader, by a test runner, bundled together with the language; with stacks that Node maps or
 * not.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'systole-places-')));
afterAll(() => rmSync(folder, { recursive: true }));

const design = `import { elaborate, module, uint } from './hdl/language/index.ts';
import { DesignError } from './hdl/diagnostics/diagnostic.ts';
interface Only { readonly types: 'here' }
export const given: Only = { types: 'here' };

const Sum = module('sum', { in: { a: uint(8), b: uint(9) }, out: { y: uint(8) } }, ({ a, b }) => ({
  y: a.add(b as never),
}));
try {
  elaborate(Sum);
} catch (error) {
  if (!(error instanceof DesignError)) throw error;
  const frame = (error.stack ?? '').split('\\n').find((line) => line.startsWith('    at '));
  console.log('TOLD ' + JSON.stringify([error.diagnostics.flatMap((d) => d.places.map((p) => p.place)), frame]));
}
`;

const node = (...args: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return /^TOLD (.*)$/m.exec(stdout)?.[1] ?? expect.fail(`${stdout}\n${stderr}`);
};
const bin = (path: string): string => join(root, 'node_modules', path);

function compiled(name: string, options: object): string {
  writeFileSync(
    join(folder, `${name}.json`),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noEmit: false, rootDir: '.', outDir: name, ...options },
      include: ['design.ts', 'hdl'],
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, [bin('typescript/bin/tsc'), '-p', `${name}.json`], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(status).toBe(0);
  return join(name, 'design.js');
}

beforeAll(() => {
  for (const part of ['language', 'checks', 'diagnostics', 'messages', 'ir']) {
    cpSync(join(root, 'hdl', part), join(folder, 'hdl', part), {
      recursive: true,
      filter: (path) => !/\.test\.ts$|testing|fail$/.test(path),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'design.ts'), design);
  writeFileSync(join(folder, 'design.test.ts'), "import './design.ts';\ntest('is told', () => {});\n");
});

const maps = { beside: { sourceMap: true }, inside: { inlineSourceMap: true } };
const rooted = { sourceMap: true, sourceRoot: `file://${folder}/` };
test.each<[string, () => string]>([
  ['compiled, with maps beside the files', () => node(compiled('beside', maps.beside))],
  ['the same, mapped by Node', () => node('--enable-source-maps', compiled('mapped', maps.beside))],
  ['compiled, with maps in the files', () => node(compiled('inside', maps.inside))],
  ['the same, mapped by Node', () => node('--enable-source-maps', compiled('both', maps.inside))],
  ['compiled, with maps that say where sources are', () => node(compiled('rooted', rooted))],
  ['by a loader', () => node('--import', import.meta.resolve('tsx'), 'design.ts')],
  ['by a test runner', () => node(bin('vitest/vitest.mjs'), 'run', '--globals', '--root', folder)],
])('%s', (_, run) => {
  const place = { file: 'design.ts', line: 7, column: 8 };
  const [places, frame]: [unknown[], string] = JSON.parse(run());
  expect(places[0]).toEqual(place);
  expect(places.every((one) => Object(one).file === 'design.ts')).toBe(true);
  expect(frame).toMatch(/\bdesign\.ts:10:3\)?$/);
});

test.each([[], ['--enable-source-maps']])('bundled with the language into one small file %j', async (...options) => {
  await build({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: { ssr: 'design.ts', outDir: 'bundle', sourcemap: true, minify: true },
  });
  const [places, frame]: [unknown[], string] = JSON.parse(node(...options, 'bundle/design.js'));
  expect(places[0]).toMatchObject({ file: 'design.ts', line: 7 });
  expect(frame).toMatch(/\bdesign\.ts:10:/);
});

test('maps that are missing or broken leave the place in the compiled file', () => {
  const file = compiled('broken', maps.beside);
  writeFileSync(join(folder, `${file}.map`), '{ "mappings": 3');
  const [places]: [unknown[]] = JSON.parse(node(file));
  expect(places[0]).toMatchObject({ file });
});
