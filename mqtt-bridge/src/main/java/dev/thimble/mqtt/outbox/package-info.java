/**
 * Where messages wait: an {@link dev.thimble.mqtt.outbox.Outbox} routes each to a {@code Lane}, a lane is a ring of
 * segments in memory or in a mapped file, a segment is a run of {@code Message} records with checksums. The
 * publisher's thread writes, the link's thread reads; one lock, held for a copy at most.
 *
 * <p>Why the publisher writes into the mapped file itself: the page cache belongs to the kernel, so what
 * {@code publish} has accepted survives {@code kill -9} at once, without a system call, a wait or garbage.
 */
package dev.thimble.mqtt.outbox;
