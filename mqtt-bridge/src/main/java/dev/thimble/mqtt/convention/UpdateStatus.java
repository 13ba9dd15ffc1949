package dev.thimble.mqtt.convention;

/**
 * How the update of a module stands.
 *
 * @param installed the version that runs, or null if none
 * @param latest    the version that is assigned, equal to {@code installed} if there is nothing to do
 * @param phase     the step in the updater's words, for people
 * @param percent   0 to 100 while an update is under way, else −1
 */
public record UpdateStatus(String module, String installed, String latest, String phase, int percent) {

    public boolean inProgress() {
        return percent >= 0;
    }
}
