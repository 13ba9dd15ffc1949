package dev.thimble.wasm.execute;

/** How nodes print. */
final class Show {
    private Show() {
    }

    static String node(Object node) {
        return node.getClass().getSimpleName();
    }
}
