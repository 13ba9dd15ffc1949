package dev.thimble.agent.cli;

import dev.thimble.agent.operator.Delivery;

/** Exit codes of every command; scripts rely on the numbers. */
public enum ExitCode {
    DONE, FAILED, USAGE, INVALID_MODULE, TRAP, OUT_OF_FUEL, TIMEOUT, SIGNATURE_REFUSED, NO_CONNECTION, POLICY_REFUSED;

    public int number() {
        return ordinal();
    }

    static ExitCode of(Delivery.Outcome outcome) {
        return switch (outcome) {
            case COMMITTED -> DONE;
            case FAILED, SUPERSEDED -> FAILED;
            case TIMEOUT -> TIMEOUT;
            case SIGNATURE_REFUSED -> SIGNATURE_REFUSED;
            case POLICY_REFUSED -> POLICY_REFUSED;
        };
    }
}
