/** Hardware and types that many designs have, written in the language. */
export * from './axi.ts';
