/** How long a new process of ours takes to its first cycle. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figures, type Figures } from './measure.ts';
import type { SubjectKind } from './subject.ts';
import { call, readNumbers } from './tools.ts';

/** In seconds. `process` is all from the start of Node to its end, `design` from the sizes to the first cycle. */
export interface Cold { readonly process: Figures; readonly design: Figures }

export interface ColdStarter {
  start(kind: SubjectKind, n: number, size: number, repeat: number): Cold;
  remove(): void;
}

/** Builds the program as it is shipped. */
export function coldStarter(): ColdStarter {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  // Below the root, where its dependencies are found.
  const caches = join(root, 'node_modules', '.cache');
  mkdirSync(caches, { recursive: true });
  const built = mkdtempSync(join(caches, 'systole-bench-'));
  // Mistakes in types are told elsewhere and do not hinder; that nothing was built shows at the first start.
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', built, '--declaration', 'false'], { cwd: root });
  copyFileSync(join(root, 'package.json'), join(built, 'package.json'));
  return {
    start(kind, n, size, repeat) {
      const runs = Array.from({ length: repeat }, () => {
        const { seconds, stdout } = call(process.execPath, [join(built, 'scripts', 'bench', 'first-cycle.js'), kind, String(n), String(size)], root);
        return { process: seconds, design: readNumbers(stdout, ['seconds']).seconds };
      });
      return { process: figures(runs.map((run) => run.process)), design: figures(runs.map((run) => run.design)) };
    },
    remove: () => rmSync(built, { recursive: true }),
  };
}
