package dev.thimble.agent.operator;

import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Reported;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Follows the operator's one device from an assignment to its end. Made before the assignment, so that what the device
 * reported earlier is not taken for an answer.
 */
public final class Delivery {
    private static final long LOOK_MILLIS = 100;
    /** A device repeats no refusal in the same words; an unchanged one is the answer to a new assignment as well. */
    private static final Duration SILENT_REFUSAL = Duration.ofSeconds(5);

    /**
     * How an assigned release ended; {@code FAILED} on the device, which runs what it ran before, and {@code SUPERSEDED}
     * when nobody wants to know any more.
     */
    public enum Outcome { COMMITTED, FAILED, SIGNATURE_REFUSED, POLICY_REFUSED, TIMEOUT, SUPERSEDED }

    /** @param text the device's words, empty when it committed */
    public record Result(Outcome outcome, String text) {}

    /** Told while a delivery goes on. */
    public interface Listener {
        /** The device reported something new about the module. */
        void report(Reported.Module row);

        /** Time passes; {@code chunks} of {@code all} that the payload has were handed out, 0 of 0 when none is on its way. */
        default void waiting(int chunks, int all) {}

        /** Asked several times a second: whether something newer is to be delivered instead. */
        default boolean isSuperseded() {
            return false;
        }
    }

    private final Operator operator;
    private final Reported before;

    public Delivery(Operator operator) throws InterruptedException {
        this.operator = operator;
        before = operator.reported();
        operator.reports().clear();
    }

    /**
     * Waits until the release of a module is committed or given up.
     *
     * @param generation of the assignment; earlier reports say nothing about it
     */
    public Result follow(String module, Digest release, long generation, Duration patience, Listener listener)
        throws InterruptedException {
        long start = System.nanoTime();
        Reported.Module last = null;
        Result result = before == null ? null : result(before, generation);
        boolean refusedBefore = result != null;
        while (true) {
            Operator.Report arrived = operator.reports().poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            ChunkServer.Given given = operator.given(operator.topics().device());
            listener.waiting(given == null ? 0 : given.given(), given == null ? 0 : given.all());
            if (arrived != null && !arrived.reported().equals(before)) {
                refusedBefore = false;
                result = result(arrived.reported(), generation);
                Reported.Module row = arrived.reported().generation() < generation ? null : row(arrived.reported(), module);
                if (row != null) {
                    if (!row.equals(last)) {
                        listener.report(row);
                        last = row;
                    }
                    result = result(row, release);
                }
            }
            if (listener.isSuperseded()) {
                return new Result(Outcome.SUPERSEDED, "something newer is to be delivered");
            }
            long waited = System.nanoTime() - start;
            if (result != null && (!refusedBefore || waited > SILENT_REFUSAL.toNanos())) {
                return result;
            }
            if (waited > patience.toNanos()) {
                return new Result(Outcome.TIMEOUT, last == null ? "the device has not answered" : "still in " + last.phase());
            }
        }
    }

    private static Reported.Module row(Reported report, String module) {
        return report.modules().stream().filter(row -> row.name().equals(module)).findFirst().orElse(null);
    }

    /** What a report says about an assignment as a whole: refused, or null. */
    static Result result(Reported report, long generation) {
        if (report.generation() >= generation || report.refusal().isEmpty()) {
            return null;
        }
        return new Result(report.refusal().startsWith(Reported.SIGNATURE_REFUSED) ? Outcome.SIGNATURE_REFUSED
            : Outcome.POLICY_REFUSED, report.refusal());
    }

    /** How a release ended according to its module's row, or null while it is under way. */
    static Result result(Reported.Module row, Digest release) {
        if (!row.phase().isAtRest()) {
            return null;
        }
        ErrorClass error = row.error();
        if (error != null && release.equals(row.wanted())) {
            // Also of the release that runs, when it was new settings that it was wanted with.
            return new Result(switch (error) {
                case SIGNATURE -> Outcome.SIGNATURE_REFUSED;
                case POLICY -> Outcome.POLICY_REFUSED;
                case PERMANENT, TRANSIENT -> Outcome.FAILED;
            }, row.text());
        }
        return release.equals(row.running()) ? new Result(Outcome.COMMITTED, "") : null;
    }
}
