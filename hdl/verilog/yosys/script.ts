/** The script of `synthesise`. */

export interface ScriptOptions {
  /** Files of Verilog, with declarations of black boxes among them. */
  readonly sources: readonly string[];
  /** The file of the cells to map to; null: Yosys's own gates. */
  readonly liberty: string | null;
}

/** Files that the script writes: figures in which registers are flip-flops, and those of the result. */
export const GENERIC_STAT = 'generic.json';
export const STAT = 'stat.json';

/**
 * Yosys's `synth` without flattening, and without turning memories into flip-flops: every definition by itself,
 * whatever it is instantiated for. With a liberty file ABC maps for delay, buffers and sizes gates, and prints the
 * delay; without, it maps quickly to gates of one and two inputs, and multiplexers.
 */
export function synthScript({ sources, liberty }: ScriptOptions): string[] {
  const cells =
    liberty === null
      ? ['abc -fast']
      : [
          `dfflibmap -liberty ${liberty}`,
          `abc -liberty ${liberty} -script +strash;dch;map,-B,0.9;topo;buffer,-c;upsize;dnsize;stime`,
        ];
  return [
    // Says at once whether the library is one.
    ...(liberty === null ? [] : [`read_liberty -lib -ignore_miss_func ${liberty}`]),
    `read_verilog -sv -DSYNTHESIS ${sources.join(' ')}`,
    'hierarchy -check',
    'proc',
    'opt_expr',
    'opt_clean',
    'check -assert',
    'opt -nodffe -nosdff',
    'fsm',
    'opt',
    'wreduce',
    'peepopt',
    'opt_clean',
    'alumacc',
    'share',
    'opt',
    'memory -nomap',
    'opt -fast -full',
    'techmap',
    'opt -fast',
    `tee -q -o ${GENERIC_STAT} stat -json`,
    ...cells,
    'opt_clean',
    'memory_unpack',
    `tee -q -o ${STAT} stat -json${liberty === null ? '' : ` -liberty ${liberty}`}`,
  ];
}
