package dev.thimble.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The GPIO chips of this machine: found by label, their lines by name (kernel header {@code linux/gpio.h}, uAPI v2). */
final class GpioChips {
    static final String MEND = "add the user to group gpio, or a udev rule for SUBSYSTEM==\"gpio\"";
    private static final long GET_CHIP_INFO = 0x8044B401L;
    private static final long GET_LINE_INFO = 0xC100B405L;
    private static final int NAME_BYTES = 32;

    /** @param denied the file exists, but this user may not open it; then the rest is unknown */
    record Chip(Path file, String name, String label, int lines, boolean denied) { }

    /** A line's place, and who uses it ("" for nobody). */
    record Place(Chip chip, int offset, String name, String consumer) { }

    private GpioChips() { }

    /** All chips, in the order of their numbers. */
    static List<Chip> list() {
        List<Chip> chips = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/dev"), "gpiochip*");
             Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(68, 8);
            for (Path file : files) {
                int fd = Native.open(file.toString(), Native.O_RDWR);
                if (fd < 0) {
                    chips.add(new Chip(file, file.getFileName().toString(), "", 0, true));
                    continue;
                }
                if (Native.ioctl(fd, GET_CHIP_INFO, info) == 0) {
                    chips.add(new Chip(file, text(info, 0), text(info, NAME_BYTES), info.get(JAVA_INT, 64), false));
                }
                Native.close(fd);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        chips.sort(Comparator.comparing(c -> c.file().toString()));
        return chips;
    }

    /**
     * Finds a line: in chips with one of its labels (or in all), by name, else by offset.
     *
     * @throws DeviceException NO_DEVICE or DENIED, saying what there is
     */
    static Place find(BoardFile.Line line) {
        List<Chip> all = list();
        List<String> seen = new ArrayList<>();
        boolean denied = false;
        Place byOffset = null;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(256, 8);
            for (Chip chip : all) {
                denied |= chip.denied();
                seen.add(chip.label());
                if (chip.denied() || !line.chips().isEmpty() && !line.chips().contains(chip.label())) {
                    continue;
                }
                int fd = Native.open(chip.file().toString(), Native.O_RDWR);
                for (int offset = 0; fd >= 0 && offset < chip.lines(); offset++) {
                    info.fill((byte) 0);
                    info.set(JAVA_INT, 64, offset);
                    if (Native.ioctl(fd, GET_LINE_INFO, info) != 0) {
                        continue;
                    }
                    Place place = new Place(chip, offset, text(info, 0), text(info, NAME_BYTES));
                    if (place.name().equals(line.name())) {
                        Native.close(fd);
                        return place;
                    }
                    byOffset = offset == line.offset() ? place : byOffset;
                }
                Native.close(fd);
            }
        }
        if (byOffset != null) {
            return byOffset;
        }
        if (denied) {
            throw new DeviceException(Errno.DENIED, "GPIO line " + line.name() + ": no permission for a GPIO chip; " + MEND);
        }
        throw new DeviceException(Errno.NO_DEVICE, "no GPIO line " + line.name()
            + (line.chips().isEmpty() ? "" : " on a chip labelled " + String.join(" or ", line.chips()))
            + "; this machine has " + (seen.isEmpty() ? "no GPIO chip" : "chips " + String.join(", ", seen)));
    }

    private static String text(MemorySegment from, int at) {
        byte[] bytes = from.asSlice(at, NAME_BYTES).toArray(JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
