/** The phone's clocks: its own, which may be wrong, and one that only counts on. Source: docs/protocol.md §1. */

/** @import { Clock } from '../model/ports.js' */

/**
 * The clocks of this session, which begins now.
 * @returns {Clock}
 */
export function sessionClock() {
  const start = performance.now();
  return {
    now: () => Date.now(),
    mono: () => Math.round(performance.now() - start),
    session: crypto.randomUUID(),
  };
}
