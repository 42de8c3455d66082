/** The intermediate form, for tools: what a design is once it is elaborated, and how it is written and read as text. */
export type * from './types.ts';
export { IrSyntaxError, parseDesign, printDesign } from './text/index.ts';
export { eachStatement } from './body.ts';
export { typeWidth } from './walk.ts';
