package dev.thimble.agent.shadow;

import dev.thimble.hal.board.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * What devices answered to the modules, and what modules put out. The last answer to each question is always kept, so that
 * a shadow that starts later can ask what the running release asked at its own start; while an event is being recorded,
 * every answer in its order.
 *
 * <p>A question is put together by {@link #ask}, {@link #number} and {@link #bytes} and known by a 64-bit FNV-1a hash.
 * Answers to the first {@value #MAX_ANSWERS} different questions are kept. Used on the cells' thread. Outside of a
 * recording nothing is allocated for a question that is known.
 */
public final class Tape {
    static final int MAX_ANSWERS = 512;
    private static final int SLOTS = 2 * MAX_ANSWERS;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** One thing that a module did to the world: on which device or topic, and the bytes or numbers. */
    public record Output(String what, byte[] bytes) {}

    private record Reply(int result, byte[] bytes) {}

    private static final class Answer {
        int result;
        byte[] bytes = {};
        int length;
        /** The answers within the event that is recorded. */
        final List<Reply> series = new ArrayList<>();
        int next;
    }

    private final long[] keys = new long[SLOTS];
    private final Answer[] answers = new Answer[SLOTS];
    private final List<Answer> touched = new ArrayList<>();
    private final List<Output> real = new ArrayList<>();
    private final List<Output> shadow = new ArrayList<>();
    private int count;
    private boolean recording;
    private long question;
    private Answer open;
    private byte[] recalled = {};
    private int recalledAt;
    private long unanswered;

    /** Begins the record of one event; the one before is forgotten. */
    public void begin() {
        for (Answer answer : touched) {
            answer.series.clear();
            answer.next = 0;
        }
        touched.clear();
        real.clear();
        shadow.clear();
    }

    /** Goes on with the record, or holds it while other modules have their turn. */
    public void record(boolean on) {
        recording = on;
    }

    /** What the running release put out in this event. */
    public List<Output> real() {
        return real;
    }

    /** What the shadow would have put out. */
    public List<Output> shadow() {
        return shadow;
    }

    /** Questions of the shadow's that nobody had asked before. */
    public long unanswered() {
        return unanswered;
    }

    Tape ask(String device, int operation, int number) {
        question = FNV_OFFSET;
        return number(device.hashCode()).number(operation).number(number);
    }

    Tape number(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            question = (question ^ (value >>> shift & 0xFF)) * FNV_PRIME;
        }
        return this;
    }

    Tape bytes(byte[] from, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            question = (question ^ (from[i] & 0xFF)) * FNV_PRIME;
        }
        return this;
    }

    /** Keeps the real device's result; bytes that came with it follow by {@link #with}. @return the result */
    int learn(int result) {
        open = slot(true);
        if (open != null) {
            open.result = result;
            open.length = 0;
            if (recording) {
                if (open.series.isEmpty()) {
                    touched.add(open);
                }
                open.series.add(new Reply(result, new byte[0]));
            }
        }
        return result;
    }

    /** Keeps bytes of the answer that was learned last. */
    Tape with(byte[] from, int offset, int length) {
        if (open == null) {
            return this;
        }
        if (open.bytes.length < open.length + length) {
            open.bytes = java.util.Arrays.copyOf(open.bytes, open.length + length);
        }
        System.arraycopy(from, offset, open.bytes, open.length, length);
        open.length += length;
        if (recording) {
            open.series.set(open.series.size() - 1, new Reply(open.result, java.util.Arrays.copyOf(open.bytes, open.length)));
        }
        return this;
    }

    /**
     * Answers the shadow: what the running release was told within this event, in order, then the last of it, else what it
     * was told some time before.
     *
     * @return the result, or AGAIN when nobody has asked this
     */
    int recall() {
        Answer answer = slot(false);
        recalledAt = 0;
        if (answer == null) {
            unanswered++;
            recalled = new byte[0];
            return Errno.AGAIN;
        }
        if (answer.series.isEmpty()) {
            recalled = java.util.Arrays.copyOf(answer.bytes, answer.length);
            return answer.result;
        }
        Reply reply = answer.series.get(Math.min(answer.next++, answer.series.size() - 1));
        recalled = reply.bytes;
        return reply.result;
    }

    /** The same for input that is there once only. @return the result, or 0 when all of it has been taken */
    int recallOnce() {
        Answer answer = slot(false);
        recalledAt = 0;
        recalled = new byte[0];
        if (answer == null || answer.next >= answer.series.size()) {
            return 0;
        }
        return recall();
    }

    /** Copies the next bytes of what was recalled; the rest is zero. */
    void copy(byte[] into, int offset, int length) {
        int there = Math.min(length, recalled.length - recalledAt);
        System.arraycopy(recalled, recalledAt, into, offset, there);
        java.util.Arrays.fill(into, offset + there, offset + length, (byte) 0);
        recalledAt += there;
    }

    /** Whether an output would be noted, so that nobody need describe one that is not. */
    boolean hears(boolean ofShadow) {
        return ofShadow || recording;
    }

    /** Notes an output, of the shadow or of whoever is really running. */
    void output(boolean ofShadow, String what, byte[] from, int offset, int length) {
        if (ofShadow) {
            shadow.add(new Output(what, java.util.Arrays.copyOfRange(from, offset, offset + length)));
        } else if (recording) {
            real.add(new Output(what, java.util.Arrays.copyOfRange(from, offset, offset + length)));
        }
    }

    void output(boolean ofShadow, String what, long value) {
        if (hears(ofShadow)) {
            byte[] bytes = Long.toString(value).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            output(ofShadow, what, bytes, 0, bytes.length);
        }
    }

    private Answer slot(boolean make) {
        int at = (int) (question ^ question >>> 32) & SLOTS - 1;
        while (answers[at] != null && keys[at] != question) {
            at = at + 1 & SLOTS - 1;
        }
        if (answers[at] == null && make && count < MAX_ANSWERS) {
            count++;
            keys[at] = question;
            answers[at] = new Answer();
        }
        return answers[at];
    }
}
