/** What a page brings along: the chart library and the page's own scripts, as texts. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { UsageError } from '../failure.ts';

const LIBRARY = 'uplot';

export interface Library {
  readonly script: string;
  readonly style: string;
  readonly licence: string;
}

/** @throws UsageError where it is not installed */
export function chartLibrary(find: (file: string) => string = createRequire(import.meta.url).resolve): Library {
  const read = (file: string): string => readFileSync(find(`${LIBRARY}/${file}`), 'utf8');
  try {
    return { script: read('dist/uPlot.iife.min.js'), style: read('dist/uPlot.min.css'), licence: read('LICENSE') };
  } catch (error) {
    throw new UsageError(`${LIBRARY} is not installed, which only pages need`, `npm install ${LIBRARY}`, {
      cause: error,
    });
  }
}

const folder = new URL('client/', import.meta.url);
/** Whether this is a checkout, whose scripts are not compiled yet. */
const isSource = import.meta.url.endsWith('.ts');
const ending = isSource ? '.ts' : '.js';

/** A script's name in the page. */
export const inPage = (name: string): string => `#${name}`;

/** The page's own scripts, by name: modules whose imports of each other go by {@link inPage}. */
export async function clientScripts(): Promise<ReadonlyMap<string, string>> {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(ending) && !file.endsWith(`.d${ending}`))
    .map((file) => file.slice(0, -ending.length))
    .sort();
  const scripts = await Promise.all(names.map(async (name) => [name, linked(await scriptOf(name))] as const));
  return new Map(scripts);
}

async function scriptOf(name: string): Promise<string> {
  const text = readFileSync(new URL(name + ending, folder), 'utf8');
  if (!isSource) return text;
  const { transformWithOxc } = await import('vite');
  return (await transformWithOxc(text, `${name}.ts`, { sourcemap: false })).code;
}

const linked = (code: string): string =>
  code
    .replaceAll(/\bfrom\s*["']\.\/([\w-]+)\.[jt]s["']/g, (_, name: string) => `from '${inPage(name)}'`)
    .replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '');
