/**
 * Objects of the garbage-collected heap (spec 3.0, "Aggregate Instances") and their instructions. The heap is Java's
 * own: a reference is a Java reference, null is null, and nothing is ever freed by hand.
 *
 * <p>A value crosses between the {@code any} and {@code extern} hierarchies unchanged: a host object seen as
 * {@code anyref} is simply none of this package's classes, so it matches no type but {@code any}.
 */
package dev.thimble.wasm.execute.gc;
