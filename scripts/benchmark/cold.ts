/** How long a new process of ours takes to its first cycle. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figures, type Figures } from './measure.ts';
import type { SubjectKind } from './subject.ts';
import { call, readNumbers } from './tools.ts';

/** Cycles after the first one, while just-in-time compilers are still at work. */
export const earlyCycles: Readonly<Record<SubjectKind, number>> = { array: 0, npu: 0, design: 100_000 };

/**
 * In seconds. `process` is all from the start of Node to its end, `design` from the sizes to the first cycle; `early`
 * what the {@link earlyCycles} after it take.
 */
export interface Cold {
  readonly process: Figures;
  readonly design: Figures;
  readonly early: Figures;
}

export interface ColdStarter {
  start(kind: SubjectKind, which: string, size: number, repeat: number): Cold;
  remove(): void;
}

/** Builds what runs in such a process as the program is built that is shipped. */
export function coldStarter(): ColdStarter {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  // Below the root, where its dependencies are found.
  const caches = join(root, 'node_modules', '.cache');
  mkdirSync(caches, { recursive: true });
  const built = mkdtempSync(join(caches, 'systole-bench-'));
  // Mistakes in types are told elsewhere and do not hinder; that nothing was built shows at the first start.
  const project = join(built, 'tsconfig.json');
  const options = { outDir: built, rootDir: root, declaration: false, declarationMap: false };
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(root, 'tsconfig.build.json'),
      compilerOptions: options,
      include: [],
      files: [join(here, 'first-cycle.ts')],
    }),
  );
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { cwd: root });
  copyFileSync(join(root, 'package.json'), join(built, 'package.json'));
  return {
    start(kind, which, size, repeat) {
      const runs = Array.from({ length: repeat }, () => {
        const given = [kind, which, String(size), String(earlyCycles[kind])];
        const { seconds, stdout } = call(
          process.execPath,
          [join(built, relative(root, here), 'first-cycle.js'), ...given],
          root,
        );
        const told = readNumbers(stdout, ['seconds', 'early']);
        return { process: seconds - told.early, design: told.seconds, early: told.early };
      });
      const of = (what: keyof Cold): Figures => figures(runs.map((run) => run[what]));
      return { process: of('process'), design: of('design'), early: of('early') };
    },
    remove: () => rmSync(built, { recursive: true }),
  };
}
