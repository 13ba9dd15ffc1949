package dev.thimble.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Clock;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.PwmChannel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A PWM channel by sysfs (kernel documentation, "Pulse Width Modulation (PWM) interface", §"Using PWMs with the sysfs interface"). */
final class LinuxPwm implements PwmChannel {
    static final Path CLASS = Path.of("/sys/class/pwm");
    static final String MEND = "enable PWM (dtoverlay=pwm-2chan), add the user to group gpio";
    private static final int EXPORT_TRIES = 100;
    private static final long EXPORT_WAIT_NANOS = 10_000_000;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment digits = arena.allocate(24, 8);
    private final Runnable released;
    private final int unexport;
    private final int channel;
    private final int period;
    private final int duty;
    private final int enable;
    private long periodNanos;
    private long dutyNanos;
    private boolean open = true;
    /** The kernel remembers the figures of whoever had the channel before; they are not ours to start with. */
    private boolean set;

    LinuxPwm(BoardFile.Pwm pwm, Runnable released) {
        this.released = released;
        this.channel = pwm.channel();
        Path chip = chip(pwm);
        int export = openFile(chip.resolve("export"));
        unexport = openFile(chip.resolve("unexport"));
        int result = number(export, channel);
        Native.close(export);
        if (result < 0) {
            Native.close(unexport);
            throw LinuxErrno.opening(result, "PWM channel " + pwm.name(), MEND);
        }
        Path folder = chip.resolve("pwm" + channel);
        // udev gives the new files to the group a moment after they appear.
        for (int i = 0; i < EXPORT_TRIES && !Files.isWritable(folder.resolve("period")); i++) {
            Clock.system().sleep(EXPORT_WAIT_NANOS);
        }
        try {
            period = openFile(folder.resolve("period"));
            duty = openFile(folder.resolve("duty_cycle"));
            enable = openFile(folder.resolve("enable"));
        } catch (DeviceException e) {
            number(unexport, channel);
            Native.close(unexport);
            throw e;
        }
        periodNanos = current(folder.resolve("period"));
        dutyNanos = current(folder.resolve("duty_cycle"));
    }

    /** The chip whose device has one of the names, whatever its number is. */
    static Path chip(BoardFile.Pwm pwm) {
        List<String> seen = new ArrayList<>();
        if (Files.isDirectory(CLASS)) {
            try (DirectoryStream<Path> chips = Files.newDirectoryStream(CLASS, "pwmchip*")) {
                for (Path chip : chips) {
                    String number = chip.getFileName().toString();
                    Path device = chip.resolve("device");
                    String name = Files.exists(device) ? device.toRealPath().getFileName().toString() : number;
                    seen.add(name);
                    if (pwm.chips().contains(name) || pwm.chips().contains(number)) {
                        return chip;
                    }
                }
            } catch (IOException e) {
                throw new DeviceException(Errno.IO, "cannot list " + CLASS + ": " + e.getMessage());
            }
        }
        throw new DeviceException(Errno.NO_DEVICE, "no PWM controller " + String.join(" or ", pwm.chips())
            + "; this machine has " + (seen.isEmpty() ? "none" : String.join(", ", seen)) + "; " + MEND);
    }

    private static int openFile(Path file) {
        int fd = Native.open(file.toString(), Native.O_WRONLY);
        if (fd < 0) {
            throw LinuxErrno.opening(fd, file.toString(), MEND);
        }
        return fd;
    }

    private static long current(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            throw new DeviceException(Errno.IO, "cannot read " + file + ": " + e.getMessage());
        }
    }

    /** Writes a number without a String. */
    private int number(int fd, long value) {
        int at = 20;
        long rest = value;
        do {
            digits.set(JAVA_BYTE, --at, (byte) ('0' + rest % 10));
            rest /= 10;
        } while (rest > 0);
        MemorySegment.copy(digits, at, digits, 0, 20 - at);
        return Native.pwrite(fd, digits, 20 - at, 0);
    }

    @Override
    public int set(long newPeriod, long newDuty) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (newPeriod <= 0 || newDuty < 0 || newDuty > newPeriod) {
            return Errno.INVALID;
        }
        // The kernel refuses a period below the duty, and a duty above the period: one of the two orders always works.
        boolean dutyFirst = newPeriod < dutyNanos;
        int result = dutyFirst ? number(duty, newDuty) : number(period, newPeriod);
        if (result >= 0) {
            dutyNanos = dutyFirst ? newDuty : dutyNanos;
            periodNanos = dutyFirst ? periodNanos : newPeriod;
            result = dutyFirst ? number(period, newPeriod) : number(duty, newDuty);
        }
        if (result < 0) {
            return LinuxErrno.operation(result);
        }
        periodNanos = newPeriod;
        dutyNanos = newDuty;
        set = true;
        return Errno.OK;
    }

    @Override
    public int enable(boolean on) {
        if (!open) {
            return Errno.CLOSED;
        }
        if (on && !set) {
            return Errno.INVALID;
        }
        int result = number(enable, on ? 1 : 0);
        return result < 0 ? LinuxErrno.operation(result) : Errno.OK;
    }

    @Override
    public void close() {
        if (open) {
            enable(false);
            open = false;
            Native.close(period);
            Native.close(duty);
            Native.close(enable);
            number(unexport, channel);
            Native.close(unexport);
            released.run();
        }
    }
}
