package dev.thimble.hal.simulated.chip;

/**
 * Maxim DS18B20: temperature over 1-Wire (datasheet 19-7487, rev. 6): ROM commands, search, scratchpad with checksum, four
 * resolutions with their maximum conversion times, 85 °C after power-on.
 */
public final class Ds18b20 implements OneWireChip {
    private static final int SEARCH_ROM = 0xF0;
    private static final int READ_ROM = 0x33;
    private static final int MATCH_ROM = 0x55;
    private static final int SKIP_ROM = 0xCC;
    private static final int CONVERT = 0x44;
    private static final int READ_SCRATCHPAD = 0xBE;
    private static final int WRITE_SCRATCHPAD = 0x4E;
    private static final int COPY_SCRATCHPAD = 0x48;
    private static final int RECALL = 0xB8;
    private static final int READ_POWER = 0xB4;
    private static final int POWER_ON_RAW = 0x0550;
    private static final long CONVERSION_12_BIT = 750_000_000;

    private enum State { IDLE, ROM_COMMAND, MATCH, SEARCH, FUNCTION, SEND, RECEIVE, BUSY }

    private final SimulatedTime time;
    private final long rom;
    private volatile Signal temperature = Signal.constant(20);
    private final int[] scratchpad = {POWER_ON_RAW & 0xFF, POWER_ON_RAW >> 8, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10, 0};
    private final int[] eeprom = {0x4B, 0x46, 0x7F};
    private State state = State.IDLE;
    private int bits;
    private long shift;
    private int searchStep;
    private long out;
    /** The scratchpad, or null while the ROM code is sent. */
    private int[] sending;
    private long converted = -1;

    /** @param serial 48 bits; family code and checksum are added */
    public Ds18b20(long serial, SimulatedTime time) {
        this.time = time;
        long id = 0x28 | (serial & 0xFFFF_FFFF_FFFFL) << 8;
        int crc = 0;
        for (int i = 0; i < 7; i++) {
            crc = Crc8.dallas(crc, (int) (id >>> 8 * i) & 0xFF);
        }
        rom = id | (long) crc << 56;
    }

    /** Degrees Celsius, −55 to 125. */
    public void temperature(Signal celsius) {
        temperature = celsius;
    }

    /** The 64-bit ROM code. */
    public long rom() {
        return rom;
    }

    @Override
    public boolean reset() {
        finish();
        state = State.ROM_COMMAND;
        bits = 0;
        shift = 0;
        return true;
    }

    @Override
    public void writeSlot(int bit) {
        if (state == State.SEARCH) {
            // The third slot of each triplet: who differs falls silent.
            state = (rom >>> bits & 1) == bit ? State.SEARCH : State.IDLE;
            searchStep = 0;
            if (++bits == 64) {
                state = State.IDLE;
            }
            return;
        }
        if (state == State.IDLE || state == State.SEND || state == State.BUSY) {
            return;
        }
        shift |= (long) bit << bits++;
        if (state == State.MATCH) {
            if (bits == 64) {
                next(shift == rom ? State.FUNCTION : State.IDLE);
            }
        } else if (state == State.RECEIVE) {
            if (bits == 24) {
                scratchpad[2] = (int) shift & 0xFF;
                scratchpad[3] = (int) (shift >> 8) & 0xFF;
                // Only the two resolution bits can be written.
                scratchpad[4] = (int) (shift >> 16) & 0x60 | 0x1F;
                next(State.IDLE);
            }
        } else if (bits == 8) {
            int command = (int) shift;
            if (state == State.ROM_COMMAND) {
                rom(command);
            } else {
                function(command);
            }
        }
    }

    private void rom(int command) {
        next(switch (command) {
            case SEARCH_ROM -> State.SEARCH;
            case MATCH_ROM -> State.MATCH;
            case SKIP_ROM -> State.FUNCTION;
            case READ_ROM -> State.SEND;
            default -> State.IDLE;
        });
        searchStep = 0;
        out = rom;
        sending = null;
    }

    private void function(int command) {
        switch (command) {
            case CONVERT -> {
                converted = time.nanos() + (CONVERSION_12_BIT >> 3 - (scratchpad[4] >> 5 & 3));
                next(State.BUSY);
            }
            case READ_SCRATCHPAD -> {
                finish();
                int crc = 0;
                for (int i = 0; i < 8; i++) {
                    crc = Crc8.dallas(crc, scratchpad[i]);
                }
                scratchpad[8] = crc;
                sending = scratchpad;
                next(State.SEND);
            }
            case WRITE_SCRATCHPAD -> next(State.RECEIVE);
            case COPY_SCRATCHPAD -> {
                System.arraycopy(scratchpad, 2, eeprom, 0, 3);
                next(State.IDLE);
            }
            case RECALL -> {
                System.arraycopy(eeprom, 0, scratchpad, 2, 3);
                next(State.IDLE);
            }
            // A 1: powered by its own pin.
            case READ_POWER -> next(State.IDLE);
            default -> next(State.IDLE);
        }
    }

    private void next(State to) {
        state = to;
        bits = 0;
        shift = 0;
    }

    @Override
    public int readSlot() {
        switch (state) {
            case SEARCH -> {
                int bit = (int) (rom >>> bits & 1);
                return searchStep++ == 0 ? bit : 1 - bit;
            }
            case SEND -> {
                int at = bits++;
                if (sending == null) {
                    return at < 64 ? (int) (out >>> at & 1) : 1;
                }
                return at < 72 ? sending[at >> 3] >> (at & 7) & 1 : 1;
            }
            case BUSY -> {
                return time.nanos() < converted ? 0 : 1;
            }
            default -> {
                return 1;
            }
        }
    }

    /** Puts the result of a conversion that has ended into the scratchpad; undefined low bits are 0. */
    private void finish() {
        if (converted >= 0 && time.nanos() >= converted) {
            int unused = 3 - (scratchpad[4] >> 5 & 3);
            int raw = (int) Math.floor(Math.clamp(temperature.at(converted), -55, 125) * 16 + 0.5) >> unused << unused;
            scratchpad[0] = raw & 0xFF;
            scratchpad[1] = raw >> 8 & 0xFF;
            converted = -1;
        }
    }
}
