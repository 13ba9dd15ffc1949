package dev.thimble.wasm.execute;

/** A call or a loop that stands alone where else a list stands: knows its offset in the binary, as lists do. */
public record At(Stmt statement, int offset) implements Stmt {
    @Override
    public int exec(Frame f) {
        try {
            return statement.exec(f);
        } catch (RuntimeException e) {
            throw f.fault(e, offset);
        }
    }
}
