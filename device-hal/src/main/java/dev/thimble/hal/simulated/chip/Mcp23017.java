package dev.thimble.hal.simulated.chip;

/**
 * Microchip MCP23017: 16 GPIO pins (DS20001952, §3). Registers by their numbers with IOCON.BANK = 0; banked addressing, byte
 * mode, polarity, pull-ups and interrupts as described. Pins 0–7 are port A, 8–15 port B.
 */
public final class Mcp23017 extends RegisterChip {
    private static final int IODIR = 0x00;
    private static final int IPOL = 0x02;
    private static final int GPINTEN = 0x04;
    private static final int DEFVAL = 0x06;
    private static final int INTCON = 0x08;
    private static final int IOCON = 0x0A;
    private static final int GPPU = 0x0C;
    private static final int INTF = 0x0E;
    private static final int INTCAP = 0x10;
    private static final int GPIO = 0x12;
    private static final int OLAT = 0x14;
    private static final int BANK = 0x80;
    private static final int MIRROR = 0x40;
    private static final int BYTE_MODE = 0x20;
    private static final int NONE = -1;

    private final int[] registers = new int[0x16];
    /** What the world drives, and which pins it drives. */
    private final int[] world = new int[2];
    private final int[] driven = new int[2];
    private final int[] before = new int[2];

    /** @param address 0x20–0x27 */
    public Mcp23017(int address) {
        super(address);
        registers[IODIR] = 0xFF;
        registers[IODIR + 1] = 0xFF;
    }

    /** Drives a pin from outside with 0, 1 or −1 for floating. */
    public void drive(int pin, int level) {
        int bit = 1 << (pin & 7);
        int port = pin >> 3;
        driven[port] = level < 0 ? driven[port] & ~bit : driven[port] | bit;
        world[port] = level == 1 ? world[port] | bit : world[port] & ~bit;
        settle(port);
    }

    /** The level at a pin. */
    public int level(int pin) {
        return levels(pin >> 3) >> (pin & 7) & 1;
    }

    /** Whether INTA (port 0) or INTB (port 1) is active. */
    public boolean interrupt(int port) {
        boolean mirrored = (registers[IOCON] & MIRROR) != 0;
        return registers[INTF + port] != 0 || mirrored && registers[INTF + 1 - port] != 0;
    }

    private int levels(int port) {
        int input = registers[IODIR + port];
        int floating = registers[GPPU + port];
        int outside = world[port] & driven[port] | floating & ~driven[port];
        return (outside & input | registers[OLAT + port] & ~input) & 0xFF;
    }

    private void settle(int port) {
        int now = levels(port);
        int compared = registers[INTCON + port];
        int cause = (now ^ before[port]) & ~compared | (now ^ registers[DEFVAL + port]) & compared;
        int raised = cause & registers[GPINTEN + port] & registers[IODIR + port];
        // §3.5: further changes are ignored until the interrupt has been read.
        if (raised != 0 && registers[INTF + port] == 0) {
            registers[INTF + port] = raised;
            registers[INTCAP + port] = now ^ registers[IPOL + port];
        }
        before[port] = now;
    }

    /** The register behind an address, by BANK = 0 numbers; −1 for none. */
    private int map(int register) {
        if ((registers[IOCON] & BANK) == 0) {
            return register < registers.length ? register : NONE;
        }
        int port = register >> 4;
        int index = register & 15;
        return port < 2 && index < 11 ? 2 * index + port : NONE;
    }

    @Override
    int load(int register) {
        int r = map(register);
        if (r == NONE) {
            return 0;
        }
        int port = r & 1;
        switch (r - port) {
            case GPIO -> {
                int value = levels(port) ^ registers[IPOL + port];
                clear(port);
                return value;
            }
            case INTCAP -> {
                int value = registers[r];
                clear(port);
                return value;
            }
            case IOCON -> {
                return registers[IOCON];
            }
            default -> {
                return registers[r];
            }
        }
    }

    private void clear(int port) {
        registers[INTF + port] = 0;
        // A pin that still differs from DEFVAL interrupts again at once.
        settle(port);
    }

    @Override
    boolean store(int register, int value) {
        int r = map(register);
        if (r == NONE) {
            return true;
        }
        int port = r & 1;
        switch (r - port) {
            case GPIO -> registers[OLAT + port] = value;
            case IOCON -> registers[IOCON] = value & 0xFE;
            case INTF, INTCAP -> { }
            default -> registers[r] = value;
        }
        settle(port);
        return true;
    }

    @Override
    int afterLoad(int register) {
        return next(register);
    }

    @Override
    int afterStore(int register) {
        return next(register);
    }

    /** §3.2.1: byte mode toggles within a pair (BANK = 0) or stays (BANK = 1); else on to the next, around at the end. */
    private int next(int register) {
        boolean banked = (registers[IOCON] & BANK) != 0;
        if ((registers[IOCON] & BYTE_MODE) != 0) {
            return banked ? register : register ^ 1;
        }
        int last = banked ? 0x1A : 0x15;
        return register >= last ? 0 : register + 1;
    }
}
