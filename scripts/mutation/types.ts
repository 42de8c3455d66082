/** Which mutants the compiler refuses: all are checked in one run, each as a file beside the one that it changes. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutated, type Mutant } from './mutants.ts';

/** Of so many at a time, so that the compiler's memory stays bounded. */
const BATCH = 400;

/** By mutant that does not type-check, the compiler's first complaint. @throws Error where the compiler cannot run */
export async function typeErrors(root: string, mutants: readonly Mutant[]): Promise<Map<Mutant, string>> {
  const found = new Map<Mutant, string>();
  for (let from = 0; from < mutants.length; from += BATCH)
    await checkBatch(root, mutants.slice(from, from + BATCH), found);
  return found;
}

async function checkBatch(root: string, mutants: readonly Mutant[], found: Map<Mutant, string>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'systole-mutants-'));
  try {
    for (const part of ['hdl', 'npu'])
      cpSync(join(root, part), join(folder, part), { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
    for (const part of ['package.json', 'tsconfig.json']) cpSync(join(root, part), join(folder, part));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    // What a change leaves unused is no reason to refuse it.
    writeFileSync(
      join(folder, 'mutants.json'),
      JSON.stringify({
        extends: './tsconfig.json',
        compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
        include: ['npu/**/*.mutant-*.ts'],
      }),
    );
    mutants.forEach((mutant, i) =>
      writeFileSync(
        join(folder, mutant.file.replace(/\.ts$/, `.mutant-${i}.ts`)),
        mutated(readFileSync(join(root, mutant.file), 'utf8'), mutant),
      ),
    );
    for (const [, number, message = ''] of (await compilerSays(root, folder)).matchAll(
      /\.mutant-(\d+)\.ts\(\d+,\d+\): error (.*)/g,
    )) {
      const mutant = mutants[Number(number)];
      if (mutant !== undefined && !found.has(mutant)) found.set(mutant, message);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compilerSays(root: string, folder: string): Promise<string> {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [compiler, '--pretty', 'false', '-p', join(folder, 'mutants.json')],
      { maxBuffer: 2 ** 30 },
      (error, out, complaint) => {
        // It ends with a status when it finds errors, which is what it is asked for.
        if (error !== null && !/error TS/.test(out))
          reject(new Error(`the compiler cannot check the mutants: ${complaint || error.message}`));
        else resolve(out);
      },
    );
  });
}
