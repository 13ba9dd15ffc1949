package dev.thimble.wasm.execute;

/** Turns a function's validated body into a tree; given to a module so that execution need not know translation. */
@FunctionalInterface
public interface Translator {
    Stmt translate(FunctionCode code);
}
