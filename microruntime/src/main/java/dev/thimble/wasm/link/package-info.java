/**
 * From a validated module to a running instance (spec 3.0, "Instantiation"): imports are matched against what is offered,
 * memories, tables, globals and tags are allocated, segments are copied and the start function is run.
 */
package dev.thimble.wasm.link;
