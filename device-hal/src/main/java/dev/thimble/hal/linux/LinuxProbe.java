package dev.thimble.hal.linux;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    private final BoardFile file;
    private final List<Finding> findings = new ArrayList<>();

    private LinuxProbe(BoardFile file) {
        this.file = file;
    }

    /** Everything that the board file names; for a generic board everything that the kernel shows. */
    public static List<Finding> run(BoardFile file) {
        LinuxProbe probe = new LinuxProbe(file);
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
            add("GPIO", State.MISSING, "no /dev/gpiochip*", "this machine has no GPIO chip: use a Raspberry Pi or the "
                + "simulator; in a container pass the device through");
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
        Map<String, String> mend = Map.of("I2C", "dtparam=i2c_arm=on in config.txt, modprobe i2c-dev",
            "SPI", "dtparam=spi=on in config.txt", "UART", "enable_uart=1 in config.txt",
            "1-Wire", "dtoverlay=w1-gpio in config.txt");
        Map<String, String> group = Map.of("I2C", "i2c", "SPI", "spi", "UART", "dialout", "1-Wire", "gpio");
        for (String kind : List.of("I2C", "SPI", "UART", "1-Wire")) {
            all.get(kind).forEach((name, device) -> {
                Path path = Path.of(device);
                String part = kind + " " + name;
                if (!Files.exists(path)) {
                    add(part, State.MISSING, device + " does not exist", mend.get(kind));
                } else if (!Files.isReadable(path) || !kind.equals("1-Wire") && !Files.isWritable(path)) {
                    add(part, State.FORBIDDEN, "no permission for " + device,
                        "add the user to group " + group.get(kind));
                } else {
                    add(part, State.WORKS, device, "");
                }
            });
        }
    }

    private void pwm() {
        for (BoardFile.Pwm pwm : file.pwm().values()) {
            try {
                Path chip = LinuxPwm.chip(pwm);
                boolean writable = Files.isWritable(chip.resolve("export"));
                add("PWM " + pwm.name(), writable ? State.WORKS : State.FORBIDDEN,
                    chip + " channel " + pwm.channel(), writable ? "" : "add the user to group gpio");
            } catch (DeviceException e) {
                add("PWM " + pwm.name(), e.errno() == Errno.NO_DEVICE ? State.MISSING : State.BROKEN, e.getMessage(),
                    LinuxPwm.MEND);
            }
        }
    }
}
