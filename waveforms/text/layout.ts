/** What drawings of runs and of files have in common. */

/** Columns of a cycle at least. */
export const LEAST_WIDTH = 4;

/** Columns of a cycle in which a text of so many letters has room, if it is not too long. */
export function widthFor(longest: number): number {
  return Math.min(12, Math.max(LEAST_WIDTH, 2 * Math.ceil((longest + 2) / 2)));
}

/** Paths without the scopes that all of them share. */
export function labelsOf(paths: readonly string[]): string[] {
  const scopes = paths.map((path) => path.split('.').slice(0, -1));
  const [first = []] = scopes;
  let shared = first.length;
  for (const scope of scopes) while (first.slice(0, shared).some((name, i) => scope[i] !== name)) shared--;
  return paths.map((path) => path.split('.').slice(shared).join('.'));
}
