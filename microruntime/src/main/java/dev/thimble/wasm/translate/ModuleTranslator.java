package dev.thimble.wasm.translate;

import dev.thimble.wasm.api.Limits;
import dev.thimble.wasm.execute.ColdLists;
import dev.thimble.wasm.execute.Continuation;
import dev.thimble.wasm.execute.Frame;
import dev.thimble.wasm.execute.FunctionBody;
import dev.thimble.wasm.execute.FunctionCode;
import dev.thimble.wasm.execute.FunctionLists;
import dev.thimble.wasm.execute.Translator;
import dev.thimble.wasm.structure.Module;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Translates a module's functions, each when it is first called and again when it has proved hot, and keeps what that takes
 * within the module's limits. Thread-safe.
 */
public final class ModuleTranslator extends Translator {
    /** Those that have made anchors. */
    private static final Set<ModuleTranslator> ANCHORING = Collections.newSetFromMap(new WeakHashMap<>());
    /** Runs of a list in a millisecond from which on it is hot. */
    private static final int HOT = 32;
    /** Runs of all cold lists of a module in a millisecond, over a second, from which on those count that run only once in one. */
    private static final int SPREAD = 512;
    /** Heap that a function takes besides its tree once it has run, about. */
    private static final int FUNCTION_BYTES = 140;
    /** What a module may take if so many times its binary is less. */
    private static final int LEAST_FOOTPRINT = 8 << 10;
    private static final long PATIENCE_NANOSECONDS = 600_000_000_000L;

    final Module module;
    final Mode mode;
    private final Limits limits;
    final boolean metered;
    final boolean canonicalNans;
    private final FunctionCode[] functions;
    private int anchors;
    private int asked;
    private long askedSince = System.nanoTime();
    private boolean spread;
    /** Heap that hot code may take, and takes; whether no more fits, and since when or when last. */
    private long room;
    private int hot;
    private boolean full;
    private long fullSince = System.nanoTime();
    private long patience = PATIENCE_NANOSECONDS;

    /**
     * @param metered       whether the code takes fuel and can be stopped
     * @param canonicalNans whether every NaN that an operation makes is canonical
     */
    public ModuleTranslator(Module module, Limits limits, Mode mode, boolean metered, boolean canonicalNans) {
        super(module.functionCount());
        this.module = module;
        this.limits = limits;
        this.mode = mode;
        this.metered = metered;
        this.canonicalNans = canonicalNans;
        functions = new FunctionCode[module.functionCount() - module.importedFunctions()];
        // Less what the module takes before anything of it has run.
        int parts = module.imports().size() + module.exports().size() + module.data().size();
        int binary = module.binary().length;
        room = Math.max((long) limits.footprint() * binary, LEAST_FOOTPRINT) - binary - 700 - 48 * functions.length - 40 * parts;
        for (int i = 0; i < functions.length; i++) {
            int index = module.importedFunctions() + i;
            functions[i] = new FunctionCode(index, module.functionSignature(index), this);
        }
    }

    /** The code of a function that is not imported. */
    public FunctionCode function(int index) {
        return functions[index - module.importedFunctions()];
    }

    @Override
    protected FunctionBody translate(FunctionCode code) {
        if (code.lists() == null) {
            code.lists(new FunctionLists(code));
        }
        return (mode == Mode.ANCHORED ? Translation.anchored(this, code.lists()) : Translation.cold(this, code.lists())).run();
    }

    @Override
    protected FunctionBody rest(FunctionCode code, int place) {
        synchronized (code) {
            FunctionBody rest = Continuation.of(Translation.rest(this, code.lists(), place).run());
            if (rest == null) {
                throw new IllegalStateException("function " + code.index + " cannot go on at 0x" + Integer.toHexString(place));
            }
            return rest;
        }
    }

    @Override
    protected int failed(FunctionCode code, Frame f, int statement) {
        synchronized (code) {
            return Translation.rest(this, code.lists(), statement).failed(f);
        }
    }

    @Override
    protected ColdLists fill(FunctionLists lists) {
        synchronized (lists.code) {
            var translation = Translation.cold(this, lists);
            translation.run();
            return translation.made();
        }
    }

    @Override
    protected void promote(FunctionLists lists, int list, int elapsed) {
        synchronized (lists.code) {
            long cold = elapsed * (long) least();
            if (lists.anchored(list) != null || elapsed < mode.patience || lists.runs(list) <= cold || !hasRoom()) {
                return;
            }
            var translation = Translation.hot(this, lists, (int) cold);
            full = !translation.fit(room - hot + lists.bytes());
            if (!full) {
                anchor(lists, translation);
            }
        }
    }

    @Override
    protected void withoutRegisters(FunctionLists lists) {
        synchronized (lists.code) {
            if (lists.anchors() > 0) {
                anchor(lists, Translation.hot(this, lists, Integer.MAX_VALUE));
            }
        }
    }

    private void anchor(FunctionLists lists, Translation translation) {
        lists.code.replace(translation.run());
        countAnchors();
    }

    /**
     * Whether more may become hot. What was first keeps its room for a while, which gets longer each time; then all is counted
     * anew, and what is hottest by then is first.
     */
    private synchronized boolean hasRoom() {
        if (full) {
            long now = System.nanoTime();
            if (now - fullSince > patience) {
                patience *= 2;
                fullSince = now;
                full = false;
                drop();
            }
            return false;
        }
        if (hot == 0) {
            room += module.deflate();
        }
        int all = 0;
        synchronized (ANCHORING) {
            for (ModuleTranslator m : ANCHORING) {
                all += m.anchors;
            }
        }
        return all < limits.anchors();
    }

    /** Notes that a list has run {@link FunctionLists#ASK} times; how often one must run in a millisecond to be hot. */
    private int least() {
        asked++;
        long now = System.nanoTime();
        int elapsed = (int) Math.min((now - askedSince) / 1_000_000, Integer.MAX_VALUE);
        if (elapsed > FunctionLists.WINDOW) {
            spread = asked / elapsed >= SPREAD / FunctionLists.ASK;
            asked = 0;
            askedSince = now;
        }
        // Where room is scarce, what runs once would take it from what runs often.
        return spread && patience == PATIENCE_NANOSECONDS ? 1 : HOT;
    }

    private void countAnchors() {
        int count = 0;
        int heap = 0;
        for (FunctionCode f : functions) {
            if (f.lists() != null) {
                count += f.lists().anchors();
                heap += f.lists().bytes() + FUNCTION_BYTES;
            }
        }
        hot = heap;
        synchronized (ANCHORING) {
            anchors = count;
            ANCHORING.add(this);
        }
    }

    /** What all functions together take when they are hot, in bytes of heap, about. */
    public long translatedBytes() {
        long sum = 0;
        for (FunctionCode f : functions) {
            f.tree();
            sum += Translation.hot(this, f.lists(), Integer.MAX_VALUE).bytes();
        }
        return sum;
    }

    /** Lets go of all translations; what runs goes on, and is translated again as it is needed. */
    public synchronized void drop() {
        for (FunctionCode function : functions) {
            function.drop();
        }
        countAnchors();
    }
}
