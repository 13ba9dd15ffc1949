package dev.thimble.ota.step;

import java.util.List;

/** The outcome of one step. */
public record Step(State state, List<Action> actions) {
    public Step {
        actions = List.copyOf(actions);
    }
}
