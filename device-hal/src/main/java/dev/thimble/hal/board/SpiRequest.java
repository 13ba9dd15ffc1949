package dev.thimble.hal.board;

/**
 * How a SPI device is wanted.
 *
 * @param device bus and chip select in the board file, for example {@code spi0.0}
 * @param hertz highest clock; the controller takes the next lower one that it can make
 * @param mode 0–3: bit 0 is CPHA, bit 1 is CPOL
 */
public record SpiRequest(String device, int hertz, int mode) {
    public SpiRequest {
        if (hertz <= 0) {
            throw new DeviceException(Errno.INVALID, "SPI clock of " + device + " must be positive, not " + hertz);
        }
        if (mode < 0 || mode > 3) {
            throw new DeviceException(Errno.INVALID, "SPI mode of " + device + " must be 0 to 3, not " + mode);
        }
    }
}
