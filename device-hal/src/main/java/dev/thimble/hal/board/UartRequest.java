package dev.thimble.hal.board;

/**
 * How a UART is wanted.
 *
 * @param port name in the board file, for example {@code uart0}
 * @param baud any rate that the hardware can make
 * @param dataBits 5–8
 * @param stopBits 1 or 2
 */
public record UartRequest(String port, int baud, int dataBits, Parity parity, int stopBits) {
    public enum Parity { NONE, EVEN, ODD }

    public UartRequest {
        if (baud <= 0 || dataBits < 5 || dataBits > 8 || stopBits < 1 || stopBits > 2) {
            throw new DeviceException(Errno.INVALID, "UART " + port + ": no format " + baud + " baud, " + dataBits
                + " data bits, " + stopBits + " stop bits");
        }
    }
}
