/** The direction of imports: who may know of whom. Nothing points back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Files from the top folder, with `/`. */
interface Import {
  readonly from: string;
  readonly to: string;
}

const [ir, diagnostics, checks, language, sim] = ['hdl/ir', 'hdl/diagnostics', 'hdl/checks', 'hdl/language', 'hdl/sim'];
const engines = ['hdl/sim/reference', 'hdl/sim/wasm'];
/** Encodes WebAssembly; knows nothing of circuits. */
const encoder = 'hdl/webassembly';
/** What all errors have in common: how they look, how they show values and places. */
const messages = 'hdl/messages';

/** The language as a designer has it, and what is written in it for many designs. */
const library = 'hdl/lib';
const written = ['hdl/index.ts', 'hdl/language/index.ts', library];
/** How operands lie in lines. */
/** Layers of the compiler that know less than the others. */
const [order, check, allocator] = [
  ['region', 'interval-map', 'dependencies', 'order'].map((file) => `npu/compiler/${file}.ts`),
  ['touches', 'hazards'].map((file) => `npu/compiler/${file}.ts`),
  'npu/compiler/allocator.ts',
];
const operandLayout = 'npu/matrix/layout.ts';
/** What an NPU can be. */
const configuration = ['npu/config.ts', 'npu/parameters.ts'];
/** What the units are asked to do, not how they do it. */
const entries = ['dma', 'matrix', 'vector'].map((unit) => `npu/${unit}/unit.ts`);

/** What the charts of a page are drawn from. */
const pageData = 'scripts/page/chart-data.ts';

/** What each part may import besides itself: folders or files. The first part that a file is in counts. */
const parts: readonly (readonly [part: string, mayImport: readonly string[]])[] = [
  [encoder, []],
  [ir, []],
  [messages, [ir]],
  [diagnostics, [ir, messages]],
  [checks, [ir, diagnostics]],
  [language, [ir, messages, diagnostics, checks]],
  ['hdl/sim/index.ts', [sim, ...engines, ir, messages, diagnostics]],
  ...engines.map((engine) => [engine, [sim, ir, diagnostics, encoder]] as const),
  [sim, [ir, messages, diagnostics]],
  ['hdl/verilog', [ir, messages, diagnostics]],
  ['hdl/testing-runs.ts', []],
  ['hdl/testing-draws.ts', ['hdl/testing-runs.ts']],
  ['hdl/index.ts', ['hdl/language/index.ts', diagnostics, ir]],
  // Hardware that many designs have, in the language.
  ['hdl/lib', ['hdl/index.ts', 'hdl/language/index.ts']],
  ['hdl/examples', ['hdl/index.ts', 'hdl/language/index.ts']],
  ['hdl/fuzz', ['hdl']],
  ['npu/common', [...written, messages]],
  ['npu/parameters.ts', [library, 'npu/common']],
  ['npu/presets.ts', ['npu/parameters.ts']],
  ['npu/config.ts', ['npu/parameters.ts', 'npu/common']],
  // Networks, whoever reads them and whatever they run on.
  ['npu/graph', ['npu/common', messages]],
  ['npu/importers', ['npu/graph', 'npu/common', messages]],
  ...['npu/dma', 'npu/memory'].map((unit) => [unit, [...written, 'npu/common', ...configuration]] as const),
  ['npu/matrix', [...written, 'npu/common', ...configuration, 'npu/memory']],
  ['npu/vector', [...written, 'npu/common', ...configuration, 'npu/memory', operandLayout]],
  ['npu/isa', [...written, messages, 'npu/common', ...entries]],
  ['npu/control', [...written, 'npu/common', ...configuration, 'npu/isa']],
  // Whoever orders steps knows no operations, and whoever checks commands not how they were made.
  ...order.map((part) => [part, [...order, 'npu/isa']] as const),
  ...check.map(
    (part) =>
      [part, [...check, ...order, ...configuration, 'npu/isa', operandLayout, 'npu/matrix/engines.ts']] as const,
  ),
  [allocator, [...order, 'npu/common']],
  [
    'npu/compiler',
    [
      'npu/common',
      'npu/graph',
      ...configuration,
      'npu/isa',
      'npu/matrix/job.ts',
      'npu/matrix/dataflow.ts',
      'npu/vector/job.ts',
      'npu/matrix/description.ts',
      operandLayout,
      'npu/matrix/engines.ts',
      ...order,
      ...check,
      allocator,
    ],
  ],
  ...['npu/npu.ts', 'npu/index.ts'].map((top) => [top, [...written, 'npu']] as const),
  [
    'waveforms',
    [
      'hdl/sim/trace.ts',
      'hdl/sim/changes.ts',
      'hdl/sim/parts.ts',
      'hdl/ir/types.ts',
      'hdl/ir/walk.ts',
      'hdl/diagnostics/nearest.ts',
      messages,
      encoder,
    ],
  ],
  // What anybody's testbench needs: nothing of the NPU.
  // Of it only what leaves waves of a test that fails knows of waves.
  ['testbench/kit/watched', ['testbench/kit', 'hdl/sim/index.ts', messages, 'waveforms']],
  ['testbench/kit', [...written, 'hdl/sim/index.ts', sim, ir, messages, 'testbench/kit/watched']],
  ['testbench/vitest', ['testbench/kit', 'testbench/kit/watched', 'hdl/sim/index.ts', messages, 'waveforms']],
  ['testbench', ['testbench/kit', 'testbench/kit/watched', 'npu', 'hdl', 'waveforms']],
  // What runs in a browser knows what it is given, and nothing of who gives it.
  [pageData, []],
  ['scripts/page/client', [pageData]],
  [
    'scripts',
    [pageData, 'testbench', 'testbench/vitest', 'testbench/kit', 'testbench/kit/watched', 'npu', 'hdl', 'waveforms'],
  ],
];

const isIn = (file: string, part: string): boolean => file === part || file.startsWith(`${part}/`);
/** A test is part of what it tests. */
const partOf = (file: string): string | undefined =>
  parts.find(([part]) => isIn(file.replace(/\.test\.ts$/, '.ts'), part))?.[0];
/** Tests, and what only tests use. */
const isTest = (file: string): boolean => /\.test\.ts$|(^|\/)(testing(-[^/]*)?|lockstep|fuzz)(\.ts|\/)/.test(file);

/** The imports that go the wrong way, each as `from → to`. */
function wrongWay(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ from, to }) => {
      const [here, there] = [partOf(from), partOf(to)];
      if (here === undefined || there === undefined) return true;
      if (isTest(to) && !isTest(from)) return true;
      if (here === there) return false;
      if (isTest(from)) return there === 'scripts';
      const allowed = parts.find(([part]) => part === here)?.[1] ?? [];
      // `hdl/sim` does not cover the engines and the index inside it, which are parts of their own; `hdl`, no part
      // itself, covers all.
      return !allowed.some((part) => to === part || there === part || (isIn(to, part) && partOf(part) === undefined));
    })
    .map(({ from, to }) => `${from} → ${to}`);
}

/** The relative imports, exports and type imports of a file's text. */
function importsOf(from: string, text: string): readonly Import[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*'(\.[^']*)'/g)].map((found) => ({
    from,
    to: posix.join(posix.dirname(from), found[1] ?? ''),
  }));
}

test('no import goes the wrong way', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const files = ['hdl', 'npu', 'waveforms', 'testbench', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
      .filter((file) => file.endsWith('.ts')),
  );
  expect(files.length).toBeGreaterThan(50);
  // This file's own examples are no imports.
  const read = files.filter((file) => file !== 'hdl/architecture.test.ts');
  expect(wrongWay(read.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8'))))).toEqual([]);
});

test('examples name the package, as they do where it is installed', () => {
  const folder = fileURLToPath(new URL('../examples', import.meta.url));
  const files = readdirSync(folder, { encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const from = [...readFileSync(join(folder, file), 'utf8').matchAll(/\bfrom '([^']*)'/g)].map((found) => found[1]);
    expect(from.filter((name) => !/^(systole(\/.*)?|\.\/[\w.]+|node:\w+|vitest|fast-check)$/.test(name ?? ''))).toEqual(
      [],
    );
  }
});

test('imports of all kinds are found', () => {
  const text = `import type { A } from '../ir/types.ts';\nexport * from "./x";\nexport { b } from './b.ts';\nimport './c.ts';\nawait import('../../npu/d.ts');\nimport fs from 'node:fs';`;
  expect(importsOf('hdl/sim/a.ts', text).map(({ to }) => to)).toEqual([
    'hdl/ir/types.ts',
    'hdl/sim/b.ts',
    'hdl/sim/c.ts',
    'npu/d.ts',
  ]);
});

test.each([
  ['hdl/ir/walk.ts', 'hdl/diagnostics/diagnostic.ts'],
  ['hdl/diagnostics/diagnostic.ts', 'hdl/checks/index.ts'],
  ['hdl/checks/index.ts', 'hdl/language/index.ts'],
  ['hdl/sim/index.ts', 'hdl/sim/reference/testing.ts'],
  ['hdl/language/index.ts', 'hdl/sim/index.ts'],
  ['hdl/sim/reference/engine.ts', 'hdl/sim/wasm/engine.ts'],
  ['hdl/sim/wasm/engine.ts', 'hdl/sim/reference/operations.ts'],
  ['hdl/sim/wasm/engine.ts', 'hdl/sim/index.ts'],
  ['hdl/sim/simulation.ts', 'hdl/sim/reference/engine.ts'],
  ['hdl/sim/core.ts', 'hdl/checks/index.ts'],
  ['hdl/verilog/write.ts', 'hdl/sim/values.ts'],
  ['hdl/ir/walk.ts', 'hdl/ir/testing/arbitrary.ts'],
  ['npu/matrix/pe.ts', 'hdl/ir/types.ts'],
  ['npu/matrix/pe.ts', 'hdl/language/signal.ts'],
  ['npu/matrix/pe.ts', 'testbench/harness.ts'],
  ['npu/matrix/pe.ts', 'npu/vector/lane.ts'],
  ['npu/matrix/pe.ts', 'npu/control/dispatch.ts'],
  ['npu/isa/operations.ts', 'npu/matrix/systolic/engine.ts'],
  ['npu/control/dispatch.ts', 'npu/matrix/job.ts'],
  ['npu/memory/scratchpad.ts', 'npu/matrix/job.ts'],
  ['npu/common/axi.ts', 'npu/config.ts'],
  ['npu/compiler/tile.ts', 'npu/matrix/systolic/engine.ts'],
  ['npu/compiler/order.ts', 'npu/compiler/step.ts'],
  ['npu/compiler/hazards.ts', 'npu/compiler/schedule.ts'],
  ['npu/compiler/allocator.ts', 'npu/compiler/tile.ts'],
  ['waveforms/vcd.ts', 'hdl/sim/index.ts'],
  ['waveforms/vcd.ts', 'npu/config.ts'],
  ['testbench/harness.ts', 'scripts/systole.ts'],
  ['testbench/kit/bench.ts', 'npu/common/axi.ts'],
  ['testbench/kit/bench.ts', 'testbench/host.ts'],
  ['testbench/kit/bench.ts', 'waveforms/index.ts'],
  ['npu/npu.ts', 'testbench/kit/index.ts'],
  ['hdl/lib/axi.ts', 'npu/common/axi.ts'],
  ['hdl/language/index.ts', 'hdl/lib/axi.ts'],
  ['hdl/sim/core.test.ts', 'scripts/systole.ts'],
  ['scripts/page/client/main.ts', 'scripts/text.ts'],
  ['scripts/page/run-page.ts', 'scripts/page/client/main.ts'],
])('%s → %s goes the wrong way', (from, to) => {
  expect(wrongWay([{ from, to }])).toEqual([`${from} → ${to}`]);
});

test.each([
  ['hdl/diagnostics/diagnostic.ts', 'hdl/ir/types.ts'],
  ['hdl/language/elaborate.ts', 'hdl/checks/index.ts'],
  ['hdl/sim/index.ts', 'hdl/sim/wasm/engine.ts'],
  ['hdl/sim/reference/engine.ts', 'hdl/sim/core.ts'],
  ['hdl/verilog/write.ts', 'hdl/ir/walk.ts'],
  ['npu/matrix/pe.ts', 'hdl/index.ts'],
  ['npu/matrix/pe.ts', 'npu/config.ts'],
  ['npu/matrix/jobs.test.ts', 'testbench/run.ts'],
  ['npu/isa/units.ts', 'npu/matrix/unit.ts'],
  ['waveforms/vcd.ts', 'hdl/sim/trace.ts'],
  ['testbench/harness.ts', 'hdl/sim/wasm/engine.ts'],
  ['testbench/harness.ts', 'testbench/kit/bench.ts'],
  ['testbench/kit/bench.ts', 'hdl/sim/index.ts'],
  ['testbench/kit/watched/watch.ts', 'waveforms/index.ts'],
  ['npu/common/axi.ts', 'hdl/lib/axi.ts'],
  ['npu/dma/load.test.ts', 'testbench/kit/bench.ts'],
  ['scripts/systole.ts', 'testbench/harness.ts'],
  ['hdl/checks/loops.test.ts', 'hdl/language/index.ts'],
])('%s → %s is allowed', (from, to) => {
  expect(wrongWay([{ from, to }])).toEqual([]);
});
