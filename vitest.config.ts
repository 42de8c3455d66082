/**
 * `npm test` is the quick suite. `npm run test:slow` is what takes longer: files called so, other people's tools, and
 * every file again that draws random cases (hdl/testing-runs.ts), with many more of them. A file that is named on the
 * command line of vitest itself runs whichever it is of.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// A user's own tests too: beside this file, or in a playground.
const folders = ['hdl', 'npu', 'testbench', 'waveforms', 'scripts', 'examples', 'playground'];
const all = [`{${folders.join()}}/**/*.test.ts`, '*.test.ts'];
const slow = folders.map((folder) => `${folder}/**/*.{slow,tools}.test.ts`);

/** The tests that draw more cases in the slow suite. */
const drawing = readdirSync(new URL('.', import.meta.url), { encoding: 'utf8' })
  .filter((folder) => folders.includes(folder))
  .flatMap((folder) =>
    readdirSync(new URL(folder, import.meta.url), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.test.ts'))
      .filter((file) => readFileSync(new URL(file, import.meta.url), 'utf8').includes('/testing-runs.ts')),
  );

/**
 * What the suites draw random cases from (hdl/testing-draws.ts): a number that the commit's files give, so that every
 * run of a commit meets the same cases. `SYSTOLE_CASES=new` draws other ones, as files do that are run by themselves.
 */
function casesOf(mode: string): string {
  const given = process.env['SYSTOLE_CASES'];
  if (given !== undefined || !['quick', 'slow'].includes(mode)) return given ?? 'new';
  try {
    const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return String(Number.parseInt(tree.slice(0, 7), 16));
  } catch {
    // No repository, or no git.
    return '1';
  }
}

export default defineConfig(({ mode }) => ({
  // Examples name the package, as they do where it is installed.
  resolve: { alias: [{ find: /^systole\/(.*)$/, replacement: `${import.meta.dirname}/$1/index.ts` }] },
  test: {
    include: mode === 'slow' ? [...slow, ...drawing] : all,
    exclude: mode === 'quick' ? slow : [],
    env: { SYSTOLE_SUITE: mode, SYSTOLE_CASES: casesOf(mode) },
    setupFiles: ['hdl/testing-draws.ts'],
    // For a test that hangs. It is told after a quarter of an hour by the clock, since a busy machine is no mistake of
    // what is tested.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 2,
    // What a file makes of the modules that it imports stays with it in the slow suite, whose files fill a process. To
    // load the simulator and the NPU anew for each of the quick ones would cost a third of their time.
    isolate: mode !== 'quick',
  },
}));
