package dev.thimble.hal.board;

/** One input of an analog-to-digital converter. Used from one thread. */
public interface AdcInput extends AutoCloseable {
    /** Converts once. Then {@link #raw} and {@link #microvolts} give the result. @return OK or an {@link Errno} */
    int sample();

    /** The converter's code, as the unsigned content of its result register. */
    int raw();

    /** The last sample in microvolts at the input; negative for differential inputs. */
    long microvolts();

    @Override
    void close();
}
