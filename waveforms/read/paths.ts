/** Which signals of a file are meant: paths in which `*` stands for any letters of a name and `**` for any scopes. */
import { slipOf } from '../../hdl/diagnostics/nearest.ts';
import { WaveformError } from '../error.ts';

interface Named {
  readonly path: string;
}

/**
 * The variables that patterns name, by pattern and then in the order of the file, each once; the top scope's name may
 * be left out.
 * @throws WaveformError for a pattern that names none
 */
export function variablesAt<V extends Named>(variables: readonly V[], patterns: readonly string[]): V[] {
  const found = new Map<string, V>();
  for (const pattern of patterns) {
    const expression = expressionOf(pattern);
    const matches = variables.filter(({ path }) => expression.test(path) || expression.test(withoutTop(path)));
    if (matches.length === 0) throw unknown(variables, pattern);
    for (const one of matches) if (!found.has(one.path)) found.set(one.path, one);
  }
  return [...found.values()];
}

const withoutTop = (path: string): string => path.slice(path.indexOf('.') + 1);

function expressionOf(pattern: string): RegExp {
  const text = pattern
    .split(/(\*\*\.?|\*)/)
    .map((part) => {
      if (part === '**.') return '(?:.*\\.)?';
      if (part === '**') return '.*';
      return part === '*' ? '[^.]*' : part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${text}$`);
}

function unknown(variables: readonly Named[], pattern: string): WaveformError {
  const paths = variables.map(({ path }) => path);
  const inScope = paths.some((path) => `.${path}`.includes(`.${pattern}.`));
  const meant = inScope ? `${pattern}.*` : (slipOf(paths, pattern) ?? slipOf(paths.map(withoutTop), pattern));
  return new WaveformError(
    `no signal of the file is called ${pattern}; ${meant === undefined ? '--list shows them' : `did you mean ${meant}?`}`,
  );
}

/** Those of the outermost scope that has any. */
export function topVariables<V extends Named>(variables: readonly V[]): V[] {
  const depth = ({ path }: Named): number => path.split('.').length;
  const least = variables.reduce((smallest, one) => Math.min(smallest, depth(one)), Infinity);
  return variables.filter((one) => depth(one) === least);
}
