package dev.thimble.hal.simulated.chip;

import java.util.Arrays;

/** NXP PCA9685: 16 PWM outputs of 12 bits (datasheet rev. 4, §7). Auto-increment only when asked; prescale only asleep. */
public final class Pca9685 extends RegisterChip {
    private static final int MODE1 = 0x00;
    private static final int MODE2 = 0x01;
    private static final int ALL_CALL = 0x05;
    private static final int LED0 = 0x06;
    private static final int LAST_LED = 0x45;
    private static final int ALL_LED = 0xFA;
    private static final int PRE_SCALE = 0xFE;
    private static final int RESTART = 0x80;
    private static final int AUTO_INCREMENT = 0x20;
    private static final int SLEEP = 0x10;
    private static final int FULL = 0x1000;
    private static final double OSCILLATOR_HZ = 25_000_000;

    private final int[] registers = new int[256];

    /** @param address 0x40–0x7F without the reserved ones; answers at 0x70 (all call) too */
    public Pca9685(int address) {
        super(address);
        powerOn();
    }

    private void powerOn() {
        Arrays.fill(registers, 0);
        registers[MODE1] = 0x11;
        registers[MODE2] = 0x04;
        registers[2] = 0xE2;
        registers[3] = 0xE4;
        registers[4] = 0xE8;
        registers[ALL_CALL] = 0xE0;
        for (int led = 0; led < 16; led++) {
            registers[LED0 + 4 * led + 3] = FULL >> 8;
        }
        registers[PRE_SCALE] = 0x1E;
    }

    /** Hertz at all outputs. */
    public double frequency() {
        return OSCILLATOR_HZ / (4096 * (registers[PRE_SCALE] + 1));
    }

    /** How much of a period an output is on, 0 to 1; 0 asleep. */
    public double duty(int output) {
        int on = word(LED0 + 4 * output);
        int off = word(LED0 + 4 * output + 2);
        if ((registers[MODE1] & SLEEP) != 0 || (off & FULL) != 0) {
            return 0;
        }
        return (on & FULL) != 0 ? 1 : ((off & 0xFFF) - (on & 0xFFF) & 0xFFF) / 4096.0;
    }

    private int word(int register) {
        return registers[register] | registers[register + 1] << 8;
    }

    @Override
    public boolean select(int wanted, boolean read) {
        boolean allCall = !read && (registers[MODE1] & 1) != 0 && wanted == registers[ALL_CALL] >> 1;
        return super.select(allCall ? address() : wanted, read);
    }

    @Override
    int load(int register) {
        return register >= ALL_LED && register < PRE_SCALE ? 0 : registers[register];
    }

    @Override
    boolean store(int register, int value) {
        if (register == MODE1) {
            // Writing 1 to RESTART clears it; it shows 1 after PWM was running when sleep was entered.
            boolean runs = (registers[MODE1] & SLEEP) == 0;
            int restart = (value & RESTART) != 0 ? 0
                : runs && (value & SLEEP) != 0 ? RESTART : registers[MODE1] & RESTART;
            registers[MODE1] = value & 0x7F | restart;
        } else if (register == PRE_SCALE) {
            if ((registers[MODE1] & SLEEP) != 0) {
                registers[PRE_SCALE] = Math.max(3, value);
            }
        } else if (register >= ALL_LED && register < PRE_SCALE) {
            for (int led = 0; led < 16; led++) {
                registers[LED0 + 4 * led + register - ALL_LED] = value & ((register - ALL_LED & 1) == 1 ? 0x1F : 0xFF);
            }
        } else if (register >= LED0 && register <= LAST_LED) {
            registers[register] = value & ((register - LED0 & 1) == 1 ? 0x1F : 0xFF);
        } else if (register < LED0) {
            registers[register] = value;
        }
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

    private int next(int register) {
        if ((registers[MODE1] & AUTO_INCREMENT) == 0) {
            return register;
        }
        return register == LAST_LED ? 0 : register + 1 & 0xFF;
    }
}
