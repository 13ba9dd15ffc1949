package dev.thimble.hal.linux;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Looks what of a board's hardware this machine has and this user may open; for {@code thimble doctor}. Opens nothing for long. */
public final class LinuxProbe {
    /** How a part stands. */
    public enum State { WORKS, MISSING, FORBIDDEN, BROKEN }

    /**
     * One part of the board.
     *
     * @param mend what to do about it, "" when it works
     */
    public record Finding(String part, State state, String detail, String mend) { }

    /**
     * A kind of bus.
     *
     * @param folder below the root, and the glob of its devices
     * @param mend on a Raspberry Pi, and elsewhere
     */
    private record Kind(String name, String folder, String glob, String group, String mend, String genericMend) {
        boolean open(Path device) {
            return Files.isReadable(device) && (folder.startsWith("sys") || Files.isWritable(device));
        }

        String join() {
            return join(group);
        }

        static String join(String group) {
            return "sudo usermod -aG " + group + " " + System.getProperty("user.name") + ", then log in again";
        }
    }

    private static final List<Kind> KINDS = List.of(
        new Kind("I2C", "dev", "i2c-*", "i2c", "dtparam=i2c_arm=on in config.txt, sudo modprobe i2c-dev", "sudo modprobe i2c-dev"),
        new Kind("SPI", "dev", "spidev*", "spi", "dtparam=spi=on in config.txt", "a controller whose devices spidev drives; most desktops have none"),
        new Kind("UART", "dev", "tty{USB,ACM,AMA}*", "dialout", "enable_uart=1 in config.txt", "plug in a USB serial adapter"),
        new Kind("1-Wire", "sys/bus/w1/devices", "w1_bus_master*", "gpio", "dtoverlay=w1-gpio in config.txt",
            "a 1-Wire adapter and its driver, for example sudo modprobe ds2490"));

    private final BoardFile file;
    private final Path root;
    private final List<Finding> findings = new ArrayList<>();

    private LinuxProbe(BoardFile file, Path root) {
        this.file = file;
        this.root = root;
    }

    /** Everything that the board file names; for a generic board everything that the kernel shows. */
    public static List<Finding> run(BoardFile file) {
        return run(file, Path.of("/"));
    }

    /** @param root where {@code dev} and {@code sys} are, for buses of a generic board */
    static List<Finding> run(BoardFile file, Path root) {
        LinuxProbe probe = new LinuxProbe(file, root);
        if (!System.getProperty("os.name").equals("Linux")) {
            probe.add("GPIO and buses", State.MISSING, System.getProperty("os.name") + " has none that Thimble knows",
                "use the simulator: thimble sim");
            return probe.findings;
        }
        probe.gpio();
        probe.buses();
        probe.pwm();
        return List.copyOf(probe.findings);
    }

    private void add(String part, State state, String detail, String mend) {
        findings.add(new Finding(part, state, detail, mend));
    }

    private void gpio() {
        List<GpioChips.Chip> chips = GpioChips.list();
        if (chips.isEmpty()) {
            add("GPIO", State.MISSING, "no /dev/gpiochip*", "desktops have none: thimble sim simulates a board; in a "
                + "container pass the device through");
        }
        for (GpioChips.Chip chip : chips) {
            if (chip.denied()) {
                add(chip.file().toString(), State.FORBIDDEN, "no permission", GpioChips.MEND);
            } else {
                add(chip.file().toString(), State.WORKS, chip.label() + ", " + chip.lines() + " lines", "");
            }
        }
        if (!file.lines().isEmpty() && !chips.isEmpty()) {
            BoardFile.Line first = file.lines().values().iterator().next();
            try {
                GpioChips.find(first);
            } catch (DeviceException e) {
                add(file.name(), e.errno() == Errno.DENIED ? State.FORBIDDEN : State.MISSING, e.getMessage(),
                    "choose the board file of this machine");
            }
        }
    }

    private void buses() {
        Map<String, Map<String, String>> all = Map.of("I2C", file.i2c(), "SPI", file.spi(), "UART", file.uart(),
            "1-Wire", file.oneWire());
        for (Kind kind : KINDS) {
            if (file.generic()) {
                list(kind);
            }
            new TreeMap<>(all.get(kind.name)).forEach((name, device) -> check(kind, kind.name + " " + name, Path.of(device)));
        }
    }

    private void check(Kind kind, String part, Path device) {
        if (!Files.exists(device)) {
            add(part, State.MISSING, device + " does not exist", kind.mend);
        } else if (!kind.open(device)) {
            add(part, State.FORBIDDEN, "no permission for " + device, kind.join());
        } else {
            add(part, State.WORKS, device.toString(), "");
        }
    }

    /** What the kernel shows of a kind: those that can be opened, and those that cannot. */
    private void list(Kind kind) {
        List<String> open = new ArrayList<>();
        List<String> forbidden = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(root.resolve(kind.folder), kind.glob)) {
            found.forEach(device -> (kind.open(device) ? open : forbidden).add(device.getFileName().toString()));
        } catch (NoSuchFileException e) {
            // As good as empty.
        } catch (IOException e) {
            add(kind.name, State.BROKEN, e.toString(), "let this user read " + root.resolve(kind.folder));
            return;
        }
        if (!open.isEmpty()) {
            add(kind.name, State.WORKS, String.join(", ", new TreeSet<>(open)), "");
        }
        if (!forbidden.isEmpty()) {
            add(kind.name, State.FORBIDDEN, "no permission for " + String.join(", ", new TreeSet<>(forbidden)), kind.join());
        }
        if (open.isEmpty() && forbidden.isEmpty()) {
            add(kind.name, State.MISSING, "no " + root.resolve(kind.folder).resolve(kind.glob), kind.genericMend);
        }
    }

    private void pwm() {
        for (BoardFile.Pwm pwm : file.pwm().values()) {
            try {
                Path chip = LinuxPwm.chip(pwm);
                boolean writable = Files.isWritable(chip.resolve("export"));
                add("PWM " + pwm.name(), writable ? State.WORKS : State.FORBIDDEN,
                    chip + " channel " + pwm.channel(), writable ? "" : Kind.join("gpio"));
            } catch (DeviceException e) {
                boolean absent = e.errno() == Errno.NO_DEVICE;
                add("PWM " + pwm.name(), absent ? State.MISSING : State.BROKEN,
                    absent ? "no PWM controller " + String.join(" or ", pwm.chips()) : e.getMessage(), LinuxPwm.MEND);
            }
        }
    }
}
