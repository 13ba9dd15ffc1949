package dev.thimble.agent.operator.rollout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a rollout is to do. Immutable.
 *
 * @param devices in the order in which they get their turn, canaries first
 * @param stages how many devices shall have been assigned once each stage has begun, ascending; the last is all of them
 * @param soak how long a stage whose devices are all done is left alone before the next begins
 * @param deadline how long a device may take until it counts as failed
 * @param maxFailures failed devices that are put up with; one more halts the rollout
 */
public record Plan(List<String> devices, List<Integer> stages, Duration soak, Duration deadline, int maxFailures) {
    public Plan {
        devices = List.copyOf(devices);
        stages = List.copyOf(stages);
        if (devices.isEmpty() || devices.stream().distinct().count() != devices.size()) {
            throw new IllegalArgumentException("a rollout needs devices, and each only once");
        }
        if (soak.isNegative() || deadline.isNegative() || maxFailures < 0) {
            throw new IllegalArgumentException("soak time, deadline and failures that are put up with are not negative");
        }
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i) <= (i == 0 ? 0 : stages.get(i - 1))) {
                throw new IllegalArgumentException("each stage must have more devices than the one before: " + stages);
            }
        }
        if (stages.isEmpty() || stages.getLast() != devices.size()) {
            throw new IllegalArgumentException("the last stage must have all " + devices.size() + " devices: " + stages);
        }
    }

    /**
     * Reads stages as people write them, {@code 1,10,5%,50%}: numbers of devices and percentages, of all devices so far.
     * All of them is always the last stage; one that adds no device is left out.
     *
     * @throws IllegalArgumentException naming what is neither
     */
    public static List<Integer> stages(String text, int devices) {
        List<Integer> stages = new ArrayList<>();
        for (String part : (text.isBlank() ? "100%" : text + ",100%").split(",")) {
            String stage = part.strip();
            boolean percent = stage.endsWith("%");
            String digits = percent ? stage.substring(0, stage.length() - 1) : stage;
            if (!digits.matches("[0-9]{1,7}") || percent && Integer.parseInt(digits) > 100) {
                throw new IllegalArgumentException("'" + stage + "' is no stage: write a number of devices or a percentage, as in 1,10,50%");
            }
            int wanted = Integer.parseInt(digits);
            int count = Math.min(devices, percent ? (int) Math.ceil(devices * (long) wanted / 100.0) : wanted);
            if (count > (stages.isEmpty() ? 0 : stages.getLast())) {
                stages.add(count);
            }
        }
        return stages;
    }

    /** Position of each device, for events that name them. */
    Map<String, Integer> positions() {
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < devices.size(); i++) {
            positions.put(devices.get(i), i);
        }
        return positions;
    }
}
