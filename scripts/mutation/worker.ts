/**
 * Tries mutants, one after the other, in one process: modules that a mutant does not change stay loaded and warm. Its
 * parent sends {@link Order}s and gets an {@link Answer} for each.
 */
import { startTests, type VitestRunner } from '@vitest/runner';
import { configureGlobal } from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { mutated, type Mutant } from './mutants.ts';

/**
 * Tests by their paths from the root; without a mutant they must pass. None is begun that is not the first when so many
 * seconds are over.
 */
export interface Order {
  readonly mutant: Mutant | null;
  readonly tests: readonly string[];
  readonly within: number;
}
/** `by`: the test that failed; `why`: its error, or why the design cannot be built. */
export interface Answer {
  readonly outcome: 'killed' | 'invalid' | 'survived';
  readonly by: string;
  readonly why: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/**
 * What builds the machine that every mutant must be able to be, so that what the language refuses is not put down to
 * the tests.
 */
const built = ['npu/config.ts', 'hdl/index.ts', 'testbench/system.ts'] as const;
const seed = 8;

let current: { readonly path: string; readonly text: string } | null = null;

async function start(): Promise<ViteDevServer> {
  return createServer({
    root,
    configFile: false,
    appType: 'custom',
    logLevel: 'silent',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, watch: null },
    resolve: { alias: { vitest: fileURLToPath(new URL('vitest.ts', import.meta.url)) } },
    plugins: [{ name: 'mutant', enforce: 'pre', load: (id) => (id === current?.path ? current.text : null) }],
  });
}

/** Lets go of a file, and with it of all that import it. */
function forget(server: ViteDevServer, path: string): void {
  for (const module of server.moduleGraph.getModulesByFile(path) ?? []) server.moduleGraph.invalidateModule(module);
}

/** The message of what `build` threw; null where it did not. */
async function complaintOf(build: () => Promise<unknown>): Promise<string | null> {
  try {
    await build();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function build(server: ViteDevServer): Promise<void> {
  const [config, hdl, system] = await Promise.all(built.map(async (path) => server.ssrLoadModule(join(root, path))));
  const made: unknown = config?.['npuConfig']({
    rows: 3,
    cols: 4,
    busBytes: 8,
    scratchpadBytes: 2048,
    accumulatorBytes: 1024,
  });
  hdl?.['elaborate'](system?.['System'](made, { bytes: 4096 }), { monitors: true });
}

/** Runs the tests of a file until one fails; which, and how. */
async function firstFailure(
  server: ViteDevServer,
  test: string,
): Promise<{ readonly by: string; readonly why: string } | null> {
  const failures: { readonly by: string; readonly why: string }[] = [];
  const runner: VitestRunner = {
    config: {
      root,
      setupFiles: [],
      name: undefined,
      passWithNoTests: true,
      testNamePattern: undefined,
      allowOnly: true,
      chaiConfig: undefined,
      maxConcurrency: 1,
      sequence: { seed, hooks: 'stack', setupFiles: 'list' },
      testTimeout: 600_000,
      hookTimeout: 600_000,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
    importFile: async (path) => server.ssrLoadModule(path),
    onBeforeRunTask: (task) => {
      if (failures.length > 0) task.mode = 'skip';
    },
    onAfterRunTask: (task) => {
      if (task.result?.state === 'fail')
        failures.push({ by: `${test} > ${task.name}`, why: task.result.errors?.[0]?.message ?? '' });
    },
  };
  const [file] = await startTests([join(root, test)], runner);
  return (
    failures[0] ??
    (file?.result?.state === 'fail'
      ? { by: test, why: file.result.errors?.[0]?.message ?? 'it cannot be loaded' }
      : null)
  );
}

async function attempt(server: ViteDevServer, { mutant, tests, within }: Order): Promise<Answer> {
  const path = mutant === null ? null : join(root, mutant.file);
  current = mutant === null || path === null ? null : { path, text: mutated(readFileSync(path, 'utf8'), mutant) };
  if (path !== null) forget(server, path);
  try {
    const why = mutant === null ? null : await complaintOf(async () => build(server));
    if (why !== null) return { outcome: 'invalid', by: 'elaborate', why };
    const began = performance.now();
    for (const [i, test] of tests.entries()) {
      if (i > 0 && performance.now() - began > 1000 * within) break;
      // A test's module runs as it is loaded: once for each mutant.
      forget(server, join(root, test));
      const failure = await firstFailure(server, test);
      if (failure !== null) return { outcome: 'killed', ...failure };
    }
    return { outcome: 'survived', by: '', why: '' };
  } finally {
    current = null;
    if (path !== null) forget(server, path);
  }
}

// Failures are not shrunk: that there is one is enough. The same cases for every mutant.
configureGlobal({ endOnFailure: true, seed });
const server = await start();
process.on('message', (order: Order) => {
  void attempt(server, order).then((answer) => process.send?.(answer));
});
// The parent is gone.
process.on('disconnect', () => {
  process.exit();
});
process.send?.('ready');
