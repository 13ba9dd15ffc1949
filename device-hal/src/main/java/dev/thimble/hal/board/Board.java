package dev.thimble.hal.board;

/**
 * A board: its GPIO lines, buses and channels by name. Names are those of the {@link BoardFile}, which is the
 * only place that knows chips, offsets and device files. Opening is rare and may allocate and throw; everything that is
 * opened works with {@link Errno} results and without allocation.
 *
 * <p>Every {@code open} throws {@link DeviceException}: NO_DEVICE (no such name on this board), BUSY (somebody
 * holds it), DENIED (no permission), UNSUPPORTED (this board cannot do what was asked).
 */
public interface Board extends AutoCloseable {
    /** What the board is made of. */
    BoardFile file();

    /** Requests a line. Lines are exclusive: a second request is BUSY until the first is closed. */
    GpioLine openLine(LineRequest request);

    /** Opens an I2C bus. A bus may be opened many times; transactions on it never interleave. */
    I2cBus openI2c(String bus);

    /** Opens one chip select of a SPI bus. Exclusive. */
    SpiDevice openSpi(SpiRequest request);

    /** Opens a PWM channel. Exclusive. */
    PwmChannel openPwm(String channel);

    /** Opens a UART. Exclusive. */
    Uart openUart(UartRequest request);

    /** Opens a 1-Wire bus. */
    OneWireBus openOneWire(String bus);

    /** Closes everything that is still open. Outputs keep their level where the hardware lets them. */
    @Override
    void close();
}
