/**
 * A protocol checker for one AXI4-Lite port (Arm IHI 0022): looks at all five channels and drives nothing. Each rule is
 * an assert whose message starts with the channel. Attach it with {@link watchLite}.
 *
 * Timing: a rule is judged in the cycle that breaks it, before its edge. An answer comes in a later cycle than what it
 * answers.
 */
import { assert, module, type SignalOf } from '../../../hdl/index.ts';
import { liteChannels, type LiteSizes } from '../../../hdl/lib/axi.ts';
import { counted, implies, moves, stable, watched, type Watched } from './watched.ts';

export interface LiteCheckerOptions extends LiteSizes {
  /** Most reads, most addresses of writes and most words of writes that are not answered (8). */
  readonly outstanding?: number;
}

type Channels = ReturnType<typeof liteChannels>;
export type WatchedLite = { readonly [C in keyof Channels]: Watched<SignalOf<Channels[C]>> };

/** Checks the AXI4-Lite port in the enclosing module, by an instance called `name`. */
export function watchLite(name: string, { ar, r, aw, w, b }: WatchedLite, options: LiteCheckerOptions): void {
  const seen = <T>({ valid, ready, payload }: Watched<T>): Watched<T> => ({ valid, ready, payload });
  LiteChecker(options)({ ar: seen(ar), r: seen(r), aw: seen(aw), w: seen(w), b: seen(b) }, { name });
}

export function LiteChecker(options: LiteCheckerOptions) {
  const { outstanding = 8 } = options;
  const { ar, r, aw, w, b } = liteChannels(options);
  const ports = { ar: watched(ar), r: watched(r), aw: watched(aw), w: watched(w), b: watched(b) };
  return module('lite_checker', { in: ports, out: {} }, (i) => {
    stable('AR', i.ar);
    stable('R', i.r);
    stable('AW', i.aw);
    stable('W', i.w);
    stable('B', i.b);
    const limit = outstanding;
    const unanswered = (channel: 'ar' | 'aw' | 'w', answer: 'r' | 'b') =>
      counted(`${channel}_left`, {
        more: moves(i[channel]),
        less: moves(i[answer]),
        limit,
        message: `${channel.toUpperCase()}: at most ${limit} may be unanswered`,
      });
    assert(implies(i.r.valid, unanswered('ar', 'r')), 'R: data must answer an accepted AR');
    const [addressed, written] = [unanswered('aw', 'b'), unanswered('w', 'b')];
    assert(implies(i.b.valid, addressed.and(written)), 'B: a response must answer an accepted AW and its W');
    assert(implies(i.r.valid, i.r.payload.resp.is('exokay').not()), 'R: EXOKAY is no answer of AXI4-Lite');
    assert(implies(i.b.valid, i.b.payload.resp.is('exokay').not()), 'B: EXOKAY is no answer of AXI4-Lite');
    return {};
  });
}
