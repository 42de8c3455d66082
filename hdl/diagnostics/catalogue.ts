/**
 * Every mistake that the language and its checks report: a stable code, a title and what it means. The glossary page is
 * generated from this table (`npm run glossary`), and a test holds the two together. Codes are never reused.
 */
export const catalogue = {
  E0001: {
    title: 'width mismatch',
    meaning:
      'Two operands, or a value and the thing that takes it, have different widths. Nothing is widened or narrowed in silence.',
  },
  E0002: {
    title: 'kind mismatch',
    meaning:
      'A signed value meets an unsigned one, or a bit, enumeration or vector meets something else: also what is no signal at all, such as a machine, a stream, a module or a promise.',
  },
  E0003: {
    title: 'literal out of range',
    meaning:
      'A number does not fit the type that it is used as, or a case of matchValue is no whole number as JavaScript writes and keeps it.',
  },
  E0004: {
    title: 'bad type',
    meaning:
      'A type, a slice, an extension or a count has an impossible size: a width below 1, an empty vector, an extension to fewer bits. Or a literal addresses a word, element or bit that is not there.',
  },
  E0005: {
    title: 'combinational loop',
    meaning: 'A value depends on itself within one cycle. Every step of the loop is listed.',
  },
  E0006: { title: 'undriven', meaning: 'An output, a wire or an input of an instance never gets a value.' },
  E0007: {
    title: 'two drivers',
    meaning:
      'A value is assigned, and then certainly assigned again, so that the first assignment can never be seen; or an expression is assigned, a machine gets its cases twice, or an otherwise does not follow its when directly.',
  },
  E0008: {
    title: 'incomplete assignment',
    meaning: 'A wire without a default is not assigned on every path: hardware would have to remember it (a latch).',
  },
  E0009: {
    title: 'register never written',
    meaning: 'Nothing assigns the register, so that it always holds its reset value.',
  },
  E0010: {
    title: 'memory port width',
    meaning:
      'The address of a memory port is too narrow to reach every word or too wide for the depth, or the mask does not have one bit per lane.',
  },
  E0011: {
    title: 'unknown port',
    meaning: 'A connection, or what a body returns, names a port that the module does not have, or leaves one out.',
  },
  E0012: {
    title: 'name clash',
    meaning:
      'Two things of one module have the same name, or a name that is not an identifier. Fields too have identifiers: JavaScript puts names that are whole numbers before all others, and the order of fields is that of their bits.',
  },
  E0013: {
    title: 'state missing',
    meaning:
      'The cases of a machine or a switch over an enumeration leave a state out or name one that does not exist.',
  },
  E0014: {
    title: 'clock-domain crossing',
    meaning: 'A value of one clock domain is used in another without a synchroniser.',
  },
  E0015: {
    title: 'stream rule broken',
    meaning: 'The valid of a stream depends on its ready in the same cycle; a producer must not wait for its consumer.',
  },
  E0016: {
    title: 'signal used outside its module',
    meaning: 'A signal of one module is used in the body of another; values cross a boundary only through ports.',
  },
  E0017: {
    title: 'not in a module',
    meaning:
      'A register, wire, memory or statement is made outside the body of a module, or after its end: also what an async function or a generator, given as a body, would make later.',
  },
  E0018: {
    title: 'black box without a model',
    meaning: 'A simulation reaches a black box for which no model in the language is given.',
  },
  E0019: {
    title: 'bad grid',
    meaning: 'A grid has an impossible size or shape, or its wiring asks for a neighbour that does not fit.',
  },
  E0020: {
    title: 'malformed design',
    meaning:
      'The intermediate form of a design does not hold together: it names a node, module, memory or clock that is not there, or a module contains itself. But for the last, the language makes no such design; one that is written by hand may be.',
  },
  E0021: {
    title: 'nested too deeply',
    meaning:
      'The body of a module goes further into itself than JavaScript’s call stack reaches: each `when` inside a `when` is a call inside a call, a thousand or so of them. Chains of `elsewhen`, cases, instances, values and levels of modules have no such limit.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly meaning: string }>>;

export type Code = keyof typeof catalogue;
