/**
 * The language and its types: what a description of hardware imports. What its errors and designs are made of comes
 * with it.
 */
export * from './language/index.ts';
export { DesignError, type Diagnostic } from './diagnostics/diagnostic.ts';
export type { Code } from './diagnostics/catalogue.ts';
export type { Design, Place } from './ir/types.ts';
