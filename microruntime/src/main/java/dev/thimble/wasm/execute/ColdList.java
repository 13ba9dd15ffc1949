package dev.thimble.wasm.execute;

/**
 * A list of statements that has not proved hot; {@link FunctionLists} has what it holds and what it became.
 *
 * @param place number of the list, times four, and its kind
 * @param cost  fuel for another round of a loop
 */
public record ColdList(FunctionLists lists, int place, int cost) implements Stmt {
    private static final ListKind[] KINDS = ListKind.values();

    public ColdList(FunctionLists lists, int list, ListKind kind, int cost) {
        this(lists, list << 2 | kind.ordinal(), cost);
    }

    public ListKind kind() {
        return KINDS[place & 3];
    }

    /** What it holds now, for people to read; its anchored version when it has become that. */
    public Stmt[] statements() {
        return lists.show(place >> 2);
    }

    @Override
    public int exec(Frame f) {
        return lists.exec(f, place >> 2, KINDS[place & 3], cost);
    }
}
