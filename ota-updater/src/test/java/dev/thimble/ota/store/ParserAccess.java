package dev.thimble.ota.store;

/** The store's own parsers, for the fuzzer; each gives back what it read in its only form, or null. */
public final class ParserAccess {
    private ParserAccess() {
    }

    public static byte[] superblock(byte[] bytes) {
        Superblock block = Superblock.decode(bytes);
        return block == null ? null : block.encode();
    }

    public static byte[] table(byte[] bytes) {
        return TableCodec.encode(TableCodec.decode(bytes));
    }

    public static byte[] encode(dev.thimble.ota.step.Table table) {
        return TableCodec.encode(table);
    }

    public static byte[] superblockOf(byte[] content) {
        return new Superblock(5, true, content).encode();
    }
}
