package dev.thimble.agent.operator.rollout;

import java.util.List;

/** What a rollout asks of the operator around it. */
public sealed interface Action {
    /** A stage begins: assign the release to these devices. */
    record Assign(int stage, List<String> devices) implements Action {}

    /** Too many devices failed: nothing is assigned any more. */
    record Halt(String why) implements Action {}

    /** No device is under way and none will be assigned. */
    record Finish(State.Mode mode) implements Action {}
}
