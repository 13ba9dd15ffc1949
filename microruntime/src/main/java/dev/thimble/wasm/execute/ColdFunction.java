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
        if (entry.cost() != 0 && f.meter.take(entry.cost())) {
            return entry.again(f, this);
        }
        entry.prepare(f);
        return list.exec(f);
    }
}
