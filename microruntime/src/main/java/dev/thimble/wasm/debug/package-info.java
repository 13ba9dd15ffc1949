/** What people need to find a fault: names and source lines of places in the binary, core dumps, profiles, listings. */
package dev.thimble.wasm.debug;
