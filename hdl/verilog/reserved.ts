/** Words that are no names: of the language, and of the tools. The lists were tried in the tools, word by word. */

const list = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/**
 * What no identifier may be: the keywords of IEEE 1800-2023, which hold those of Verilog-2005; what Icarus adds
 * (`bool`, `wone`, `wreal`); and the classes of SystemVerilog's package `std`, which Verilator takes for types
 * everywhere.
 */
export const keywords = list(`
accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins
binsof bit bool break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const
constraint context continue cover covergroup coverpoint cross deassign default defparam design disable dist do edge else
end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface endmodule endpackage
endprimitive endprogram endproperty endsequence endspecify endtable endtask enum event eventually expect export extends
extern final first_match for force foreach forever fork forkjoin function generate genvar global highz0 highz1 if iff
ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input inside instance int integer
interconnect interface intersect join join_any join_none large let liblist library local localparam logic longint
macromodule mailbox matches medium modport module nand negedge nettype new nexttime nmos nor noshowcancelled not notif0
notif1 null or output package packed parameter pmos posedge primitive priority process program property protected pull0
pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime
ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always s_eventually s_nexttime
s_until s_until_with scalared semaphore sequence shortint shortreal showcancelled signed small soft solve specify
specparam static std string strong strong0 strong1 struct super supply0 supply1 sync_accept_on sync_reject_on table
tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg type
typedef union unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait wait_order wand
weak weak0 weak1 while wildcard wire with within wone wor wreal xnor xor`);

/**
 * Words of C++ and SystemC, which Verilator warns about (SYMRSVDWORD) as names of ports, and of signals in modules that
 * it keeps whole, as it does with an array's cells; then macros of C and the members of Verilator's classes: as names
 * they make C++ that no compiler takes.
 */
export const wordsOfC = list(`
NULL abort alignas alignof and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bit_vector bitand bitor catch
cdecl char char16_t char32_t compl complex concept const_cast const_iterator const_reference constexpr decltype delete
deque double dynamic_cast explicit false far float friend goto huge inline interrupt iterator list long map mutable
namespace near noexcept not_eq nullptr operator or_eq override pascal private public queue reference register
reinterpret_cast requires sc_clock sc_in sc_inout sc_out sc_signal sensitive sensitive_neg sensitive_pos set short
sizeof stack static_assert static_cast switch synchronized template thread_local throw transaction_safe
transaction_safe_dynamic true try type_info typeid typename uint16_t uint32_t uint8_t using vector volatile wchar_t
xor_eq
BUFSIZ CHAR_BIT CLOCKS_PER_SEC DBL_MAX EDOM EILSEQ EOF ERANGE EXIT_FAILURE EXIT_SUCCESS FILENAME_MAX HUGE_VAL INFINITY
INT_MAX INT_MIN LONG_MAX LONG_MIN L_tmpnam M_E M_PI NAN PATH_MAX RAND_MAX SEEK_CUR SEEK_END SEEK_SET SIZE_MAX TMP_MAX
UINT_MAX UINT8_MAX UINT16_MAX UINT32_MAX UINT64_MAX ULONG_MAX errno linux math_errhandling stderr stdin stdout unix
contextp eval eval_step eval_end_step eventsPending hierName modelName name nextTimeSlot rootp threads trace
traceCapable vlSelf vlSymsp`);

/** What Windows takes for a device, whatever a file is for. */
export const devices = list(`
con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9`);
