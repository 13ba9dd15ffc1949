package dev.thimble.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.Uart;
import dev.thimble.hal.board.UartRequest;
import dev.thimble.hal.board.UartRequest.Parity;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A serial port on a pseudo-terminal: the kernel's tty layer is real, only the wire is not. */
@EnabledOnOs(OS.LINUX)
class LinuxUartTest {
    private static final long UNLOCK = 0x40045431L;
    private static final long NUMBER = 0x80045430L;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment room = arena.allocate(4096, 8);
    private int far;
    private LinuxBoard board;

    @BeforeEach
    void openPseudoTerminal() {
        far = Native.open("/dev/ptmx", Native.O_RDWR | Native.O_NOCTTY);
        assertTrue(far >= 0);
        room.set(JAVA_INT, 0, 0);
        assertEquals(0, Native.ioctl(far, UNLOCK, room));
        assertEquals(0, Native.ioctl(far, NUMBER, room));
        board = new LinuxBoard(BoardFile.parse("""
            name = "Pseudo"
            [uart]
            uart0 = "/dev/pts/%d"
            uart1 = "/dev/no-such-port"
            """.formatted(room.get(JAVA_INT, 0)), "test"));
    }

    @AfterEach
    void close() {
        board.close();
        Native.close(far);
        arena.close();
    }

    private Uart open() {
        return board.openUart(new UartRequest("uart0", 250_000, 8, Parity.NONE, 1));
    }

    private void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, room, JAVA_BYTE, 0, bytes.length);
        assertEquals(bytes.length, Native.write(far, room, bytes.length));
    }

    /** The kernel carries bytes over in its own time. */
    private static void await(Uart uart, int available) throws InterruptedException {
        for (int i = 0; i < 10_000 && uart.available() < available; i++) {
            Thread.sleep(1);
        }
        assertEquals(available, uart.available());
    }

    private String receive() {
        int count = Native.read(far, room, 4096);
        return new String(room.asSlice(0, count).toArray(JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    @Test
    void bytesPassUnchangedBothWays() throws InterruptedException {
        Uart uart = open();
        assertEquals(0, uart.available());
        byte[] data = new byte[16];
        assertEquals(0, uart.read(data, 0, 16));
        send("\r\n\u0003a");
        await(uart, 4);
        assertEquals(4, uart.read(data, 2, 14));
        assertEquals("\r\n\u0003a", new String(data, 2, 4, StandardCharsets.US_ASCII));
        assertEquals(3, uart.write("x\ny".getBytes(StandardCharsets.US_ASCII), 0, 3));
        assertEquals("x\ny", receive());
        uart.close();
        assertEquals(Errno.CLOSED, uart.available());
        open().close();
    }

    @Test
    void theListenerHearsOncePerFilling() throws InterruptedException {
        Uart uart = open();
        LinkedBlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        assertEquals(Errno.OK, uart.watch((available, nanos) -> heard.add(available)));
        byte[] data = new byte[16];
        for (int i = 0; i < 20; i++) {
            send("abc");
            assertEquals(3, heard.poll(10, TimeUnit.SECONDS));
            send("def");
            await(uart, 6);
            assertEquals(6, uart.read(data, 0, 16));
        }
        assertEquals(0, heard.size());
        uart.watch(null);
        send("x");
        await(uart, 1);
        assertEquals(1, uart.read(data, 0, 16));
        assertEquals(0, heard.size());
    }

    @Test
    void errorsAreNamed() {
        open();
        assertEquals(Errno.BUSY, assertThrows(DeviceException.class, this::open).errno());
        DeviceException e = assertThrows(DeviceException.class,
            () -> board.openUart(new UartRequest("uart1", 9600, 8, Parity.NONE, 1)));
        assertEquals(Errno.NO_DEVICE, e.errno());
        assertTrue(e.getMessage().contains("/dev/no-such-port does not exist; enable the port"), e.getMessage());
    }
}
