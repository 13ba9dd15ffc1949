package dev.thimble.hal.linux;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.BoardContract;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.EdgeListener;
import dev.thimble.hal.board.GpioLine;
import dev.thimble.hal.board.LineRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * The virtual machine that {@code hil/run} boots: kernel drivers on simulated hardware. gpio-sim has the label
 * {@code hil-gpio} and 8 named lines, of which the last is hogged; thimble_hil is the I2C, SPI and PWM hardware.
 */
final class HilRig implements BoardContract.Rig {
    private static final Path GPIO_SIM = Path.of("/sys/devices/platform/gpio-sim.0");
    private static final Path UNPLUGGED = Path.of("/sys/module/thimble_hil/parameters/unplugged");
    private static final int NOBODY = 65_534;
    private static final long SETTLE_MILLIS = 500;
    /** More than the kernel keeps for a line. */
    private static final int FLOOD = 60;

    private final Board board;
    private final Path lines;
    private final Path pwmChip;

    HilRig(Function<Board, Board> through) {
        lines = only(GPIO_SIM, "gpiochip*");
        pwmChip = only(Path.of("/sys/class/pwm"), "pwmchip*");
        board = through.apply(new LinuxBoard(BoardFile.parse("""
            name = "Hardware in the loop"
            [[gpio]]
            chip = "hil-gpio"
            prefix = "HIL"
            lines = 8
            [i2c]
            i2c1 = "%s"
            [spi]
            "spi0.0" = "/dev/spidev0.0"
            [pwm]
            pwm0 = { chip = "thimble-hil", channel = 0 }
            """.formatted(System.getProperty("thimble.hil.i2c")), "hil")));
        for (int i = 0; i < 4; i++) {
            drive(line(i), 0);
        }
        write(UNPLUGGED, "0");
    }

    private static Path only(Path folder, String glob) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, glob)) {
            return found.iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path attribute(String line, String name) {
        return lines.resolve("sim_gpio" + line.substring(3)).resolve(name);
    }

    @Override
    public Board board() {
        return board;
    }

    @Override
    public String line(int number) {
        return "HIL" + number;
    }

    @Override
    public String busyLine() {
        return "HIL7";
    }

    @Override
    public void drive(String line, int level) {
        write(attribute(line, "pull"), level == 1 ? "pull-up" : "pull-down");
    }

    @Override
    public int level(String line) {
        return Integer.parseInt(read(attribute(line, "value")));
    }

    /** Holds up the poll thread with a listener that waits, so that the kernel's buffer of the line runs over. */
    @Override
    public void loseEdges(String line) {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        GpioLine blocker = board.openLine(LineRequest.input(line(3), LineRequest.Bias.AS_IS));
        blocker.watch(GpioLine.RISING, 0, new EdgeListener() {
            @Override
            public void edge(int edge, long nanos) {
                held.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void lost(int count) { }
        });
        drive(line(3), 1);
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < FLOOD; i++) {
            drive(line, 1 - level(line));
        }
        go.countDown();
        settle();
        blocker.close();
    }

    @Override
    public void settle() {
        try {
            Thread.sleep(SETTLE_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String i2cBus() {
        return "i2c1";
    }

    @Override
    public int chip() {
        return 0x50;
    }

    @Override
    public void unplugChip() {
        write(UNPLUGGED, "1");
    }

    @Override
    public String spiLoop() {
        return "spi0.0";
    }

    @Override
    public String pwm() {
        return "pwm0";
    }

    @Override
    public boolean pwmIs(long periodNanos, long dutyNanos, boolean enabled) {
        Path channel = pwmChip.resolve("pwm0");
        return read(channel.resolve("period")).equals(Long.toString(periodNanos))
            && read(channel.resolve("duty_cycle")).equals(Long.toString(dutyNanos))
            && read(channel.resolve("enable")).equals(enabled ? "1" : "0");
    }

    /** Everything runs as root in there; this thread opens files as nobody from now on, until the rig is closed. */
    @Override
    public String forbiddenLine() {
        setFileUser(NOBODY);
        return line(0);
    }

    @SuppressWarnings("restricted")
    private static void setFileUser(int user) {
        Linker linker = Linker.nativeLinker();
        MethodHandle setfsuid = linker.downcallHandle(linker.defaultLookup().findOrThrow("setfsuid"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try {
            int before = (int) setfsuid.invokeExact(user);
            if (before == -1) {
                throw new IllegalStateException("setfsuid failed");
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        setFileUser(0);
        board.close();
    }
}
