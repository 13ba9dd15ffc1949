package dev.thimble.wasm.execute;

import java.util.Arrays;

/**
 * The rest of a function from one of the places where a run may be suspended: after a call, after the function's entry, or
 * from a loop's head. Translation makes it: new are only the lists and blocks around that place, without what has
 * already run; all other lists are those of the function's tree.
 *
 * <p>As a statement it is one of the things that only stand on the way to such a place.
 */
public final class Continuation implements Stmt {
    private enum Kind {
        /** A call that has returned or thrown while its caller was suspended. */
        ARRIVAL,
        /** The rest of a list of statements; the first may itself be the rest of one. */
        SEQUENCE, BLOCK,
        /** The rest of a loop's round, and then the loop. */
        ROUND,
        /** The rest of an arm of a switch, whose result becomes the number of the arm to go on with. */
        ARM,
        /** A whole list, to be found by what encloses it, of which {@code rest} is the rest. */
        OPEN
    }

    private static final Stmt ARRIVAL = new Continuation(Kind.ARRIVAL, null, null, null, 0, null);

    private final Kind kind;
    private final Stmt rest;
    /** The whole list that {@code rest} is the rest of; for a round the loop. */
    private final Stmt whole;
    private final Stmt[] statements;
    private final int[] offsets;
    /** Of a round, the fuel for another one; of an arm, the number of the next. */
    private final int number;

    private Continuation(Kind kind, Stmt rest, Stmt whole, Stmt[] statements, int number, int[] offsets) {
        this.kind = kind;
        this.rest = rest;
        this.whole = whole;
        this.statements = statements;
        this.number = number;
        this.offsets = offsets;
    }

    @Override
    public int exec(Frame f) {
        switch (kind) {
            case ARRIVAL:
                f.meter.suspension().arrive();
                return NEXT;
            case SEQUENCE:
                return list(f);
            case BLOCK: {
                int r = list(f);
                return r >= 0 ? r - 1 : r;
            }
            case ROUND: {
                int r = rest.exec(f);
                if (r == 0) {
                    f.meter.charge(number);
                    return whole.exec(f);
                }
                return r > 0 ? r - 1 : r;
            }
            case ARM: {
                int r = rest.exec(f);
                return r < NEXT ? r : number + Math.max(r, 0);
            }
            default:
                return whole.exec(f);
        }
    }

    private int list(Frame f) {
        int i = 0;
        try {
            for (; i < statements.length; i++) {
                int r = statements[i].exec(f);
                if (r != NEXT) {
                    return r;
                }
            }
            return NEXT;
        } catch (RuntimeException e) {
            throw f.fault(e, offsets[i]);
        }
    }

    /**
     * A list that translation has made.
     *
     * @param whole   the list, as it is in the function's tree
     * @param offsets of its statements in the binary
     * @param cost    fuel for another round, if it is a loop
     * @param place   where the rest of the function is to begin: offset of a call, of a loop, or of the entry
     * @return {@code whole}, or when the place is in the list something with the same effect that knows the list's rest
     */
    public static Stmt open(ListKind kind, Stmt[] statements, int[] offsets, int cost, int place, Stmt whole) {
        for (int i = 0; i < statements.length; i++) {
            Stmt first = offsets[i] == place ? from(statements[i]) : null;
            if (first == null) {
                first = after(statements[i], place);
            }
            if (first != null) {
                Stmt[] left = Arrays.copyOfRange(statements, i, statements.length);
                left[0] = first;
                Stmt rest = new Continuation(kind == ListKind.BLOCK ? Kind.BLOCK : Kind.SEQUENCE, null, null, left, 0,
                        Arrays.copyOfRange(offsets, i, offsets.length));
                return new Continuation(Kind.OPEN, kind == ListKind.LOOP ? round(rest, whole, cost) : rest, whole, null, 0, null);
            }
        }
        return whole;
    }

    /** The list of a function, from its beginning. */
    public static Stmt all(Stmt[] statements, int[] offsets) {
        Stmt rest = new Continuation(Kind.BLOCK, null, null, statements, 0, offsets);
        return new Continuation(Kind.OPEN, rest, null, null, 0, null);
    }

    /** The rest of a function, of whose lists those around the place have been opened. */
    public static FunctionBody of(FunctionBody body) {
        if (body instanceof TailCalls.Loop tail) {
            FunctionBody rest = of(tail.body);
            return rest == null ? null : new TailCalls.Loop(rest);
        }
        Stmt rest = after(((ColdFunction) body).list, 0);
        return rest == null ? null : new ColdFunction(Entry.NONE, rest);
    }

    private static Stmt round(Stmt rest, Stmt loop, int cost) {
        return new Continuation(Kind.ROUND, rest, loop, null, cost, null);
    }

    private static Stmt block(Stmt rest, int offset) {
        return new Continuation(Kind.BLOCK, null, null, new Stmt[] {rest}, 0, new int[] {offset});
    }

    /** What is left of a statement that stands at the place; null when it is none where a run may be suspended. */
    private static Stmt from(Stmt s) {
        if (s instanceof Calls.Site) {
            return ARRIVAL;
        }
        // A list at the place: the loop itself, since what encloses it begins earlier.
        return s instanceof ColdList || s.getClass().isHidden() ? s : null;
    }

    /** What is left of a statement, or null when the place is not inside it. */
    private static Stmt after(Stmt s, int place) {
        if (s instanceof Continuation list) {
            return list.rest;
        } else if (s instanceof At at) {
            Stmt rest = at.offset() == place ? from(at.statement()) : after(at.statement(), place);
            return rest == null ? null : new At(rest, at.offset());
        } else if (s instanceof Control.Cases cases) {
            return afterIn(cases, place);
        } else if (s instanceof Exceptions.TryTable tried) {
            Stmt rest = after(tried.body(), place);
            return rest == null ? null : new Exceptions.TryTable(rest, tried.clauses());
        } else if (s instanceof Exceptions.Delegate delegate) {
            Stmt rest = after(delegate.body(), place);
            return rest == null ? null : new Exceptions.Delegate(rest, delegate.tries());
        } else if (s instanceof Exceptions.Try tried) {
            return afterIn(tried, place);
        }
        Stmt[] arms = Control.arms(s);
        Stmt rest = arms == null ? null : after(arms[0], place);
        rest = arms == null || rest != null ? rest : after(arms[1], place);
        return rest == null ? null : block(rest, place);
    }

    private static Stmt afterIn(Control.Cases cases, int place) {
        Stmt rest = after(cases.select(), place);
        for (int i = 0; rest == null && i < cases.arms().length; i++) {
            Stmt arm = after(cases.arms()[i], place);
            rest = arm == null ? null : new Continuation(Kind.ARM, arm, null, null, i + 1, null);
        }
        return rest == null ? null : new Control.Cases(rest, cases.arms());
    }

    private static Stmt afterIn(Exceptions.Try tried, int place) {
        Stmt rest = after(tried.body(), place);
        if (rest != null) {
            return new Exceptions.Try(rest, tried.handlers(), tried.slot());
        }
        for (Exceptions.Handler handler : tried.handlers()) {
            rest = after(handler.body(), place);
            if (rest != null) {
                return block(rest, place);
            }
        }
        return null;
    }

    /** The latest rests of a function that its code keeps. */
    record Cache(int[] places, FunctionBody[] rests) {
        private static final int KEPT = 8;

        static FunctionBody find(Cache cache, int place) {
            if (cache != null) {
                for (int i = 0; i < cache.places.length; i++) {
                    if (cache.places[i] == place) {
                        return cache.rests[i];
                    }
                }
            }
            return null;
        }

        static Cache with(Cache cache, int place, FunctionBody rest) {
            int kept = cache == null ? 0 : Math.min(cache.places.length, KEPT - 1);
            int[] places = new int[kept + 1];
            FunctionBody[] rests = new FunctionBody[kept + 1];
            places[0] = place;
            rests[0] = rest;
            if (kept > 0) {
                System.arraycopy(cache.places, 0, places, 1, kept);
                System.arraycopy(cache.rests, 0, rests, 1, kept);
            }
            return new Cache(places, rests);
        }
    }
}
