package dev.thimble.wasm.execute;

/** A function that has not proved hot. */
public final class ColdFunction extends FunctionBody {
    final Entry entry;
    final Stmt list;

    public ColdFunction(Entry entry, Stmt list) {
        this.entry = entry;
        this.list = list;
    }

    @Override
    int run(Frame f) {
        entry.run(f);
        return list.exec(f);
    }
}
