package dev.thimble.hal.board;

/**
 * How a GPIO line is wanted. Levels are logical: 1 is active, and {@code activeLow} says that active is the low voltage.
 *
 * @param line name of the line in the board file, for example {@code GPIO17}
 * @param initiallyActive for outputs: the level from the very moment when the line becomes an output, so nothing glitches
 */
public record LineRequest(String line, Mode mode, Bias bias, boolean activeLow, boolean initiallyActive) {
    public enum Mode { INPUT, OUTPUT, OPEN_DRAIN }

    /** {@code AS_IS} leaves the pull resistor as it was. */
    public enum Bias { AS_IS, PULL_UP, PULL_DOWN }

    public static LineRequest input(String line, Bias bias) {
        return new LineRequest(line, Mode.INPUT, bias, false, false);
    }

    public static LineRequest output(String line, boolean initiallyActive) {
        return new LineRequest(line, Mode.OUTPUT, Bias.AS_IS, false, initiallyActive);
    }
}
