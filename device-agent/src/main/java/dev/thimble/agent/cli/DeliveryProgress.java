package dev.thimble.agent.cli;

import dev.thimble.agent.operator.Delivery;
import dev.thimble.ota.bundle.SignedModule;
import dev.thimble.ota.content.Digest;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.document.Phase;
import dev.thimble.ota.document.Reported;
import java.util.Locale;

/**
 * Shows one delivery while it goes on: a bar on a terminal, an object for each report under {@code --json}, else a line for
 * each phase.
 */
final class DeliveryProgress implements Delivery.Listener {
    private static final int WIDTH = 24;

    private record Progress(String device, String module, String phase, int percent, String error, String text, double seconds) {}

    private final Console console;
    private final String device;
    private final Digest release;
    private final Manifest manifest;
    /** What a newer release would come from, or null. */
    private final WatchedFile watched;
    private final long start = System.nanoTime();
    private Reported.Module row;
    private long phaseStart = start;
    /** Nanoseconds from the assignment until the candidate ran; −1 before. */
    private long toProbation = -1;

    DeliveryProgress(Console console, String device, SignedModule release, WatchedFile watched) {
        this.console = console;
        this.device = device;
        this.release = release.digest();
        this.manifest = release.manifest();
        this.watched = watched;
    }

    /** Seconds from the assignment until the candidate ran, or a negative number when it never did. */
    double secondsToProbation() {
        return toProbation < 0 ? -1 : rounded(toProbation);
    }

    @Override
    public void report(Reported.Module now) {
        boolean next = row == null || row.phase() != now.phase() || row.error() != now.error();
        if (row == null || row.phase() != now.phase()) {
            phaseStart = System.nanoTime();
        }
        // What was assigned before may still be on probation.
        boolean ran = now.phase() == Phase.PROBATION && release.equals(now.wanted()) || release.equals(now.running());
        if (ran && toProbation < 0) {
            toProbation = System.nanoTime() - start;
        }
        row = now;
        if (console.json()) {
            console.data(new Progress(device, now.name(), name(now.phase()), now.percent(), now.error() == null ? ""
                : now.error().name().toLowerCase(Locale.ROOT), now.text(), rounded(System.nanoTime() - start)), "");
        } else if (!console.hasBar() && next) {
            console.progress(console.dim(String.format(Locale.ROOT, "%6.2f s  %s", rounded(System.nanoTime() - start),
                now.error() != null && now.error().awaitsOperator() ? "refused" : name(now.phase()))));
        }
    }

    @Override
    public boolean isSuperseded() {
        return watched != null && watched.isTouched();
    }

    @Override
    public void waiting(int chunks, int all) {
        if (!console.hasBar()) {
            return;
        }
        double seconds = (System.nanoTime() - phaseStart) / 1e9;
        int probation = manifest.health().probationSeconds();
        Phase phase = row == null ? Phase.ASSIGNED : row.phase();
        double share = switch (phase) {
            case FETCH -> all == 0 ? 0 : chunks / (double) all;
            case PROBATION -> probation == 0 ? 1 : Math.min(1, seconds / probation);
            case IDLE, ASSIGNED, PREFLIGHT, PAUSED -> 0;
            default -> 1;
        };
        String detail = switch (phase) {
            case FETCH -> all == 0 ? "" : ", " + chunks + " of " + all + " chunks";
            case PROBATION -> String.format(Locale.ROOT, ", %.0f of %d s", Math.min(seconds, probation), probation);
            default -> row == null || row.error() == null ? "" : ": " + row.text().replace("\n", "; ");
        };
        int full = (int) (share * WIDTH);
        console.bar(String.format(Locale.ROOT, "%s %s [%s%s] %3.0f %%  %s%s", manifest.module(), manifest.version(),
            "#".repeat(full), ".".repeat(WIDTH - full), 100 * share, name(phase), detail));
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static double rounded(long nanos) {
        return Math.round(nanos / 1e7) / 100.0;
    }
}
