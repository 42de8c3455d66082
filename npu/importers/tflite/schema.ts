/**
 * The tables of a TFLite file, as far as a network that runs once through is concerned: for each field the number that
 * the schema gives it (schema.fbs of TensorFlow Lite, version 3).
 */
import type { Table } from './flat-table.ts';

export const IDENTIFIER = 'TFL3';
export const SCHEMA_VERSION = 3;

export type ModelRow = ReturnType<typeof modelRow>;
export const modelRow = (t: Table) => ({
  version: t.uint32(0),
  operatorCodes: t.tables(1, operatorCodeRow),
  // The others are the bodies of loops and branches, which the operators of the first would call.
  main: t.firstOf(2, subgraphRow),
  buffers: t.tables(4, bufferRow),
});

const operatorCodeRow = (t: Table) => ({
  // Codes above 126 have only the second field; files from before there was one only the first.
  code: Math.max(t.int8(0), t.int32(3)),
  custom: t.string(1),
});

const bufferRow = (t: Table) => ({
  data: t.bytes(0),
  // Of a large file: where the bytes lie after the tables.
  offset: t.uint64(1),
  size: t.uint64(2),
});
export type BufferRow = ReturnType<typeof bufferRow>;

const subgraphRow = (t: Table) => ({
  tensors: t.tables(0, tensorRow),
  inputs: t.int32s(1),
  outputs: t.int32s(2),
  operators: t.tables(3, operatorRow),
});

const tensorRow = (t: Table) => ({
  shape: t.int32s(0),
  type: t.int8(1),
  buffer: t.uint32(2),
  name: t.string(3),
  quantisation: t.table(4, quantisationRow),
  isVariable: t.bool(5),
  isSparse: t.table(6, () => true) ?? false,
});
export type TensorRow = ReturnType<typeof tensorRow>;

const quantisationRow = (t: Table) => ({
  scales: t.float32s(2),
  zeros: t.int64s(3),
  // 0 for a scale and a zero point; other kinds are of the schema's future.
  details: t.uint8(4),
  axis: t.int32(6),
});
export type QuantisationRow = ReturnType<typeof quantisationRow>;

const operatorRow = (t: Table) => ({
  code: t.uint32(0),
  inputs: t.int32s(1),
  outputs: t.int32s(2),
  optionsType: t.uint8(3),
  options: t.table(4, (options) => options),
});
export type OperatorRow = ReturnType<typeof operatorRow>;

/** Names of the types of elements, by their number. */
export const typeNames: readonly string[] = [
  'float32',
  'float16',
  'int32',
  'uint8',
  'int64',
  'string',
  'bool',
  'int16',
  'complex64',
  'int8',
  'float64',
  'complex128',
  'uint64',
  'resource',
  'variant',
  'uint32',
  'uint16',
  'int4',
];

/** Names of the operators, by their number. */
export const operatorNames: readonly string[] =
  `ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE EMBEDDING_LOOKUP FLOOR
  FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION LSTM
  MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS
  SKIP_GRAM CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND
  SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE BIDIRECTIONAL_SEQUENCE_RNN
  EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM CAST PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2
  GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN TRANSPOSE_CONV SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG
  SUM SQRT RSQRT SHAPE POW ARG_MIN FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT
  UNPACK REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU
  SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS WHERE RANK ELU REVERSE_SEQUENCE
  MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND
  SELECT_V2 DENSIFY SEGMENT_SUM BATCH_MATMUL PLACEHOLDER_FOR_GREATER_OP_CODES CUMSUM CALL_ONCE BROADCAST_TO RFFT2D CONV_3D
  IMAG REAL COMPLEX_ABS HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT HASHTABLE_SIZE REDUCE_ALL CONV_3D_TRANSPOSE VAR_HANDLE
  READ_VARIABLE ASSIGN_VARIABLE BROADCAST_ARGS RANDOM_STANDARD_NORMAL BUCKETIZE RANDOM_UNIFORM MULTINOMIAL GELU
  DYNAMIC_UPDATE_SLICE RELU_0_TO_1 UNSORTED_SEGMENT_PROD UNSORTED_SEGMENT_MAX UNSORTED_SEGMENT_SUM ATAN2
  UNSORTED_SEGMENT_MIN SIGN BITCAST BITWISE_XOR RIGHT_SHIFT`.split(/\s+/);
