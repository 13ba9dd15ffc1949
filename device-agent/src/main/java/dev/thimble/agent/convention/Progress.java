package dev.thimble.agent.convention;

import dev.thimble.ota.document.Reported;

/** How far an update has come, for people who watch a bar: the download is the longest part of what can be counted. */
final class Progress {
    private Progress() {}

    /** @return 0 to 99 while an update is under way, −1 when none is or the operator holds it */
    static int percent(Reported.Module row) {
        return switch (row.phase()) {
            case IDLE, COMMITTED, QUARANTINED, PAUSED -> -1;
            case ASSIGNED -> 0;
            case PREFLIGHT -> 5;
            case FETCH -> 10 + row.percent() * 6 / 10;
            case VERIFY -> 70;
            case STAGE -> 75;
            case SHADOW -> 80;
            case SWAP -> 85;
            case PROBATION -> 90;
            case ROLLED_BACK -> 99;
        };
    }
}
