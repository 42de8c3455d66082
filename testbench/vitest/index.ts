/** For tests in Vitest: what fails leaves waves. An entry of its own, since it needs Vitest. */
export { watched, type WatchedOptions } from './watched.ts';
