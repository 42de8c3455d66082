/** Colours of the page as it is now, light or dark, and what happens when that changes. */

export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function onTheme(redraw: () => void, signal?: AbortSignal): void {
  const how = signal === undefined ? {} : { signal };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw, how);
}

export const font = (size = 12): string => `${size}px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif`;

const channels = (hex: string): readonly number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Between two colours, `#rrggbb`: 0 is the first, 1 the second. */
export function between(from: string, to: string, share: number): string {
  const [a, b] = [channels(from), channels(to)];
  return `rgb(${a.map((one, i) => Math.round(one + ((b[i] ?? one) - one) * share)).join()})`;
}
