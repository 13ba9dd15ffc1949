package dev.thimble.wasm.link;

/** What an embedder offers. */
@FunctionalInterface
public interface ImportResolver {
    /**
     * What is offered under these names: a {@code FunctionInstance}, {@code Memory}, {@code Table}, {@code Global} or
     * {@code Tag}; null when there is nothing.
     */
    Object find(String module, String name);
}
