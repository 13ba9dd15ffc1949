package dev.thimble.agent.cli;

/** Exit codes of every command; scripts rely on the numbers. */
public enum ExitCode {
    DONE, FAILED, USAGE, INVALID_MODULE, TRAP, OUT_OF_FUEL, TIMEOUT, SIGNATURE_REFUSED, NO_CONNECTION, POLICY_REFUSED;

    public int number() {
        return ordinal();
    }
}
