package dev.thimble.hal.linux;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.OneWireBus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The kernel's 1-Wire master by sysfs (kernel documentation, "w1_therm"). A reading takes as long as the chip converts. */
final class LinuxOneWire implements OneWireBus {
    private static final int DS18B20_FAMILY = 0x28;
    private final Path master;

    LinuxOneWire(Path master) {
        this.master = master;
    }

    @Override
    public int list(long[] roms) {
        try {
            int found = 0;
            for (String name : Files.readAllLines(master.resolve("w1_master_slaves"))) {
                if (name.matches("[0-9a-f]{2}-[0-9a-f]{12}")) {
                    if (found < roms.length) {
                        roms[found] = rom(name);
                    }
                    found++;
                }
            }
            return found;
        } catch (IOException e) {
            return Errno.IO;
        }
    }

    /** The kernel's name is family and serial number; the checksum on the wire is left out of it. */
    private static long rom(String name) {
        long id = Long.parseLong(name.substring(0, 2), 16) | Long.parseLong(name.substring(3), 16) << 8;
        int crc = 0;
        for (int i = 0; i < 7; i++) {
            crc ^= (int) (id >>> 8 * i) & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x8C : crc >>> 1;
            }
        }
        return id | (long) crc << 56;
    }

    @Override
    public int readTemperature(long rom, int[] milliCelsius) {
        if ((rom & 0xFF) != DS18B20_FAMILY) {
            return Errno.UNSUPPORTED;
        }
        String name = String.format("%02x-%012x", rom & 0xFF, rom >>> 8 & 0xFFFF_FFFF_FFFFL);
        try {
            String text = Files.readString(master.resolve(name).resolve("temperature")).strip();
            if (text.isEmpty()) {
                return Errno.BUS;
            }
            milliCelsius[0] = Integer.parseInt(text);
            return Errno.OK;
        } catch (NoSuchFileException e) {
            return Errno.NOT_FOUND;
        } catch (IOException e) {
            return Errno.BUS;
        } catch (NumberFormatException e) {
            return Errno.IO;
        }
    }

    @Override
    public void close() {
        // Files are opened for each reading.
    }
}
