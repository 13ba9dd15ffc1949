package dev.thimble.hal.simulated;

import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.OneWireBus;
import dev.thimble.hal.simulated.chip.OneWireChip;
import dev.thimble.hal.simulated.chip.SimulatedTime;
import java.util.Arrays;

/**
 * A simulated 1-Wire bus and its master: ROM search (Maxim application note 187) and the DS18B20's commands, in slots.
 * Thread-safe.
 */
final class SimulatedOneWire implements OneWireBus {
    private static final int SEARCH_ROM = 0xF0;
    private static final int MATCH_ROM = 0x55;
    private static final int CONVERT_T = 0x44;
    private static final int READ_SCRATCHPAD = 0xBE;
    private static final int DS18B20_FAMILY = 0x28;
    private static final long CONVERSION_NANOS = 750_000_000;

    private final SimulatedTime time;
    private OneWireChip[] chips = {};

    SimulatedOneWire(SimulatedTime time) {
        this.time = time;
    }

    synchronized void attach(OneWireChip chip) {
        chips = Arrays.copyOf(chips, chips.length + 1);
        chips[chips.length - 1] = chip;
    }

    synchronized void detach(OneWireChip chip) {
        chips = Arrays.stream(chips).filter(c -> c != chip).toArray(OneWireChip[]::new);
    }

    @Override
    public synchronized int list(long[] roms) {
        int found = 0;
        long rom = 0;
        int lastZero = 64;
        while (lastZero >= 0 && reset()) {
            writeByte(SEARCH_ROM);
            int discrepancy = lastZero;
            lastZero = -1;
            long path = rom;
            rom = 0;
            for (int bit = 0; bit < 64; bit++) {
                int id = readSlot();
                int complement = readSlot();
                if (id == 1 && complement == 1) {
                    return found;
                }
                int direction = id;
                if (id == complement) {
                    direction = bit < discrepancy ? (int) (path >>> bit & 1) : bit == discrepancy ? 1 : 0;
                    if (direction == 0) {
                        lastZero = bit;
                    }
                }
                rom |= (long) direction << bit;
                writeSlot(direction);
            }
            if (found < roms.length) {
                roms[found] = rom;
            }
            found++;
        }
        return found;
    }

    @Override
    public synchronized int readTemperature(long rom, int[] milliCelsius) {
        if ((rom & 0xFF) != DS18B20_FAMILY) {
            return Errno.UNSUPPORTED;
        }
        if (!address(rom)) {
            return Errno.NOT_FOUND;
        }
        writeByte(CONVERT_T);
        time.sleep(CONVERSION_NANOS);
        if (!address(rom)) {
            return Errno.NOT_FOUND;
        }
        writeByte(READ_SCRATCHPAD);
        int crc = 0;
        int raw = 0;
        int ones = 0;
        for (int i = 0; i < 9; i++) {
            int value = readByte();
            raw |= i < 2 ? value << 8 * i : 0;
            ones += value == 0xFF ? 1 : 0;
            crc = dallas(crc, value);
        }
        if (ones == 9) {
            return Errno.NOT_FOUND;
        }
        if (crc != 0) {
            return Errno.BUS;
        }
        milliCelsius[0] = (short) raw * 1000 / 16;
        return Errno.OK;
    }

    private boolean address(long rom) {
        if (!reset()) {
            return false;
        }
        writeByte(MATCH_ROM);
        for (int i = 0; i < 8; i++) {
            writeByte((int) (rom >>> 8 * i) & 0xFF);
        }
        return true;
    }

    private boolean reset() {
        boolean presence = false;
        for (OneWireChip chip : chips) {
            presence |= chip.reset();
        }
        return presence;
    }

    private int readSlot() {
        int level = 1;
        for (OneWireChip chip : chips) {
            level &= chip.readSlot();
        }
        return level;
    }

    private void writeSlot(int bit) {
        for (OneWireChip chip : chips) {
            chip.writeSlot(bit);
        }
    }

    private void writeByte(int value) {
        for (int i = 0; i < 8; i++) {
            writeSlot(value >> i & 1);
        }
    }

    private int readByte() {
        int value = 0;
        for (int i = 0; i < 8; i++) {
            value |= readSlot() << i;
        }
        return value;
    }

    /** The master's own check of the scratchpad: 0 after its ninth byte when nothing was damaged. */
    private static int dallas(int crc, int value) {
        int c = crc ^ value;
        for (int i = 0; i < 8; i++) {
            c = (c & 1) != 0 ? c >>> 1 ^ 0x8C : c >>> 1;
        }
        return c;
    }

    @Override
    public void close() {
        // The bus belongs to the board; there is nothing to release.
    }
}
