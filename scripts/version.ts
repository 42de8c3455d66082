/** The version of this package, wherever it is installed. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'systole';

/** Of the nearest package.json above this file that is ours; the folder in which a user starts us has its own. */
export function packageVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const found = versionIn(join(folder, 'package.json'));
    if (found !== null) return found;
    if (dirname(folder) === folder) return 'unknown';
  }
}

function versionIn(path: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly name?: unknown;
      readonly version?: unknown;
    };
    return name === NAME && typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}
