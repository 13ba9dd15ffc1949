package dev.thimble.wasm.wasi;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Descriptors by number. A new one takes the lowest number that is free. */
final class DescriptorTable implements Closeable {
    private final List<Descriptor> slots = new ArrayList<>();
    private final int limit;

    DescriptorTable(int limit) {
        this.limit = limit;
    }

    Descriptor get(int number) {
        if (number < 0 || number >= slots.size() || slots.get(number) == null) {
            throw new Errno.Failure(Errno.BADF);
        }
        return slots.get(number);
    }

    Descriptor get(int number, long rights) {
        Descriptor descriptor = get(number);
        descriptor.require(rights);
        return descriptor;
    }

    /** To be asked before something is opened that {@link #add} would have to close again. */
    void requireRoom() {
        if (slots.size() >= limit && !slots.contains(null)) {
            throw new Errno.Failure(Errno.MFILE);
        }
    }

    int add(Descriptor descriptor) {
        int free = slots.indexOf(null);
        if (free < 0) {
            slots.add(descriptor);
            return slots.size() - 1;
        }
        slots.set(free, descriptor);
        return free;
    }

    void close(int number) throws IOException {
        Descriptor descriptor = get(number);
        slots.set(number, null);
        descriptor.close();
    }

    /** {@code fd_renumber}: {@code to} is closed and becomes what {@code from} was. */
    void move(int from, int to) throws IOException {
        Descriptor moved = get(from);
        Descriptor closed = get(to);
        if (from != to) {
            slots.set(to, moved);
            slots.set(from, null);
            closed.close();
        }
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i) != null) {
                try {
                    close(i);
                } catch (IOException e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
