/** The intermediate form as text: one design in a file that people read and that comes back exactly as it was. */
export { printDesign } from './print.ts';
export { parseDesign } from './parse.ts';
export { IrSyntaxError } from './syntax-error.ts';
