/**
 * Who is there: SWIM as a state machine. Events in, effects out; no clock, thread or socket.
 *
 * <p>After A. Das, I. Gupta, A. Motivala, "SWIM: Scalable Weakly-consistent Infection-style Process Group Membership
 * Protocol", DSN 2002.
 */
@NullMarked
package dev.corrosion.membership;

import org.jspecify.annotations.NullMarked;
