package dev.thimble.wasm.execute;

import dev.thimble.wasm.api.Trap;
import dev.thimble.wasm.api.WasmException;
import java.util.Arrays;

/**
 * Exceptions (spec 3.0, "throw", "try_table"; and the legacy forms). An exception is a Java exception without a stack
 * trace, and also the value of an {@code exnref}. Frames need no unwinding: they are reused by depth.
 */
public final class Exceptions {
    private Exceptions() {
    }

    /** Throws the values in {@code count} slots from {@code base}. */
    public record Throw(int tag, int base, int count, boolean references) implements Stmt {
        @Override
        public int exec(Frame f) {
            long[] slots = Arrays.copyOfRange(f.slots, base, base + count);
            Object[] objects = references ? Arrays.copyOfRange(f.references, base, base + count) : null;
            throw new WasmException(f.instance.tags[tag], slots, objects);
        }
    }

    /** Throws again what a slot holds. */
    public record ThrowReference(int slot) implements Stmt {
        @Override
        public int exec(Frame f) {
            if (f.references[slot] == null) {
                throw new Trap(Trap.Kind.NULL_EXCEPTION_REFERENCE, Trap.UNKNOWN);
            }
            throw (WasmException) f.references[slot];
        }
    }

    /**
     * One clause of a {@code try_table}.
     *
     * @param tag       index of the tag, or −1 for every exception
     * @param reference whether the exception itself is carried behind its values
     * @param slot      where the label expects the first of them
     * @param depth     of the label, seen from outside
     * @param pay       fuel for the way on from there
     */
    public record Clause(int tag, boolean reference, int slot, int depth, int pay) {
        boolean catches(Frame f, WasmException e) {
            return tag < 0 || f.instance.tags[tag] == e.tag();
        }

        int enter(Frame f, WasmException e) {
            f.pay(pay);
            int end = slot;
            if (tag >= 0) {
                write(f, e, slot);
                end += e.slots().length;
            }
            if (reference) {
                f.references[end] = e;
            }
            return depth;
        }
    }

    static void write(Frame f, WasmException e, int slot) {
        System.arraycopy(e.slots(), 0, f.slots, slot, e.slots().length);
        if (e.references() != null) {
            System.arraycopy(e.references(), 0, f.references, slot, e.references().length);
        }
    }

    public record TryTable(Stmt body, Clause[] clauses) implements Stmt {
        @Override
        public int exec(Frame f) {
            try {
                return body.exec(f);
            } catch (WasmException e) {
                for (Clause clause : clauses) {
                    if (clause.catches(f, e)) {
                        return clause.enter(f, e);
                    }
                }
                throw e;
            }
        }
    }

    /**
     * A handler of a legacy {@code try}.
     *
     * @param tag  index of the tag, or −1 for {@code catch_all}
     * @param slot where it expects the first value
     * @param pay  fuel for it
     */
    public record Handler(int tag, int slot, Stmt body, int pay) {
        boolean catches(Frame f, WasmException e) {
            return tag < 0 || f.instance.tags[tag] == e.tag();
        }
    }

    /**
     * A legacy {@code try} with handlers; as a block it ends branches to its own label.
     *
     * @param slot keeps the exception for {@code rethrow}
     */
    public record Try(Stmt body, Handler[] handlers, int slot) implements Stmt {
        @Override
        public int exec(Frame f) {
            int r = run(f);
            return r >= 0 ? r - 1 : r;
        }

        private int run(Frame f) {
            try {
                return body.exec(f);
            } catch (WasmException e) {
                if (e.delegated()) {
                    throw e;
                }
                for (Handler handler : handlers) {
                    if (handler.catches(f, e)) {
                        f.pay(handler.pay);
                        f.references[slot] = e;
                        if (handler.tag >= 0) {
                            write(f, e, handler.slot);
                        }
                        return handler.body.exec(f);
                    }
                }
                throw e;
            }
        }
    }

    /** A legacy {@code try} that leaves exceptions to one further out, passing over {@code tries} others. */
    public record Delegate(Stmt body, int tries) implements Stmt {
        @Override
        public int exec(Frame f) {
            try {
                int r = body.exec(f);
                return r >= 0 ? r - 1 : r;
            } catch (WasmException e) {
                if (!e.delegated()) {
                    e.delegate(tries);
                }
                throw e;
            }
        }
    }
}
