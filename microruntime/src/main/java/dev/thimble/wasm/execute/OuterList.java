package dev.thimble.wasm.execute;

/** The same as {@link ShortList}, around those: HotSpot inlines one method only twice into a chain of calls. */
record OuterList(Stmt a, Stmt b, Stmt c, Stmt d, FunctionLists lists, int place) implements Stmt {
    @Override
    public int exec(Frame f) {
        int at = 0;
        try {
            int r = a.exec(f);
            if (r == NEXT) {
                at = 1;
                r = b.exec(f);
                if (r == NEXT) {
                    at = 2;
                    r = c.exec(f);
                    if (r == NEXT) {
                        at = 3;
                        r = d.exec(f);
                    }
                }
            }
            return r >= 0 ? r - (place >>> 31) : r;
        } catch (RuntimeException e) {
            throw ShortList.fault(f, e, lists, place, at);
        }
    }
}
