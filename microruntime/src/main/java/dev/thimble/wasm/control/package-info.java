/** State of instances outside of the JVM: snapshots of memories, tables, globals and a suspended run. */
package dev.thimble.wasm.control;
