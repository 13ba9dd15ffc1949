package dev.thimble.hal.board;

/**
 * A 1-Wire bus of temperature sensors. ROM codes are 64-bit: family code in the lowest byte, CRC in the
 * highest, as on the wire. A conversion takes up to 750 ms, so calls block: use a thread that may.
 */
public interface OneWireBus extends AutoCloseable {
    /** Fills {@code roms} with the ROM codes of the chips present. @return how many there are (may exceed the array), or an {@link Errno} */
    int list(long[] roms);

    /**
     * Converts and reads one sensor.
     *
     * @param milliCelsius receives the result at index 0
     * @return OK, NOT_FOUND (no such ROM on the bus), UNSUPPORTED (not a DS18B20 family chip), BUS (wrong CRC), or an Errno
     */
    int readTemperature(long rom, int[] milliCelsius);

    @Override
    void close();
}
