package dev.thimble.hal.simulated.chip;

import java.util.Arrays;

/**
 * InvenSense MPU-6050: accelerometer, gyroscope, thermometer, FIFO (register map RM-MPU-6000A rev. 4.2). Asleep after
 * power-on; samples at the gyroscope's rate over 1 + SMPLRT_DIV; a burst read sees one sample; FIFO_R_W does not advance.
 */
public final class Mpu6050 extends RegisterChip {
    private static final int SAMPLE_DIVIDER = 0x19;
    private static final int CONFIG = 0x1A;
    private static final int GYRO_CONFIG = 0x1B;
    private static final int ACCEL_CONFIG = 0x1C;
    private static final int FIFO_ENABLE = 0x23;
    private static final int INT_STATUS = 0x3A;
    private static final int DATA = 0x3B;
    private static final int DATA_END = 0x48;
    private static final int USER_CONTROL = 0x6A;
    private static final int POWER = 0x6B;
    private static final int FIFO_COUNT = 0x72;
    private static final int FIFO = 0x74;
    private static final int WHO_AM_I = 0x75;
    private static final int SLEEP = 0x40;
    private static final int FIFO_BYTES = 1024;
    private static final int FIFO_OVERFLOW = 0x10;
    private static final int DATA_READY = 0x01;

    private final SimulatedTime time;
    private final int[] registers = new int[128];
    private final int[] shadow = new int[DATA_END - DATA + 1];
    private final byte[] fifo = new byte[FIFO_BYTES];
    private int fifoHead;
    private int fifoSize;
    private final Signal[] acceleration = new Signal[3];
    private final Signal[] rotation = new Signal[3];
    private volatile Signal temperature = Signal.constant(20);
    private long started;
    private long samples;

    /** @param address 0x68 or 0x69 */
    public Mpu6050(int address, SimulatedTime time) {
        super(address);
        this.time = time;
        Arrays.fill(acceleration, Signal.constant(0));
        Arrays.fill(rotation, Signal.constant(0));
        acceleration[2] = Signal.constant(1);
        reset();
    }

    /** In g along x, y and z. Lies flat at first: 0, 0, 1. */
    public void acceleration(Signal x, Signal y, Signal z) {
        acceleration[0] = x;
        acceleration[1] = y;
        acceleration[2] = z;
    }

    /** In degrees per second around x, y and z. */
    public void rotation(Signal x, Signal y, Signal z) {
        rotation[0] = x;
        rotation[1] = y;
        rotation[2] = z;
    }

    /** Degrees Celsius, −40 to 85. */
    public void temperature(Signal celsius) {
        temperature = celsius;
    }

    private void reset() {
        Arrays.fill(registers, 0);
        registers[POWER] = SLEEP;
        registers[WHO_AM_I] = 0x68;
        fifoSize = 0;
        restart();
    }

    private void restart() {
        started = time.nanos();
        samples = 0;
    }

    private long periodNanos() {
        int filter = registers[CONFIG] & 7;
        long gyroNanos = filter == 0 || filter == 7 ? 125_000 : 1_000_000;
        return gyroNanos * (1 + registers[SAMPLE_DIVIDER]);
    }

    private void catchUp() {
        if ((registers[POWER] & SLEEP) != 0) {
            return;
        }
        long due = (time.nanos() - started) / periodNanos();
        // More samples than the FIFO holds leave no trace.
        for (long n = Math.max(samples + 1, due - FIFO_BYTES); n <= due; n++) {
            sample(started + n * periodNanos());
        }
        samples = Math.max(samples, due);
    }

    private void sample(long at) {
        double perG = 16_384 >> (registers[ACCEL_CONFIG] >> 3 & 3);
        double perDegree = 131.0 / (1 << (registers[GYRO_CONFIG] >> 3 & 3));
        for (int axis = 0; axis < 3; axis++) {
            put(DATA + 2 * axis, acceleration[axis].at(at) * perG);
            put(DATA + 8 + 2 * axis, rotation[axis].at(at) * perDegree);
        }
        put(DATA + 6, (temperature.at(at) - 36.53) * 340);
        registers[INT_STATUS] |= DATA_READY;
        if ((registers[USER_CONTROL] & 0x40) != 0) {
            int enabled = registers[FIFO_ENABLE];
            queue((enabled & 0x08) != 0, DATA, 6);
            queue((enabled & 0x80) != 0, DATA + 6, 2);
            queue((enabled & 0x40) != 0, DATA + 8, 2);
            queue((enabled & 0x20) != 0, DATA + 10, 2);
            queue((enabled & 0x10) != 0, DATA + 12, 2);
        }
    }

    private void put(int register, double value) {
        int code = Math.clamp(Math.round(value), -32_768, 32_767);
        registers[register] = code >> 8 & 0xFF;
        registers[register + 1] = code & 0xFF;
    }

    private void queue(boolean enabled, int register, int count) {
        for (int i = 0; enabled && i < count; i++) {
            if (fifoSize == FIFO_BYTES) {
                fifoHead = (fifoHead + 1) % FIFO_BYTES;
                fifoSize--;
                registers[INT_STATUS] |= FIFO_OVERFLOW;
            }
            fifo[(fifoHead + fifoSize++) % FIFO_BYTES] = (byte) registers[register + i];
        }
    }

    @Override
    void beginRead(int register) {
        catchUp();
        System.arraycopy(registers, DATA, shadow, 0, shadow.length);
    }

    @Override
    int load(int register) {
        if (register >= DATA && register <= DATA_END) {
            return shadow[register - DATA];
        }
        return switch (register) {
            case INT_STATUS -> {
                int value = registers[INT_STATUS];
                registers[INT_STATUS] = 0;
                yield value;
            }
            case FIFO_COUNT -> fifoSize >> 8;
            case FIFO_COUNT + 1 -> fifoSize & 0xFF;
            case FIFO -> {
                if (fifoSize == 0) {
                    yield 0xFF;
                }
                int value = fifo[fifoHead];
                fifoHead = (fifoHead + 1) % FIFO_BYTES;
                fifoSize--;
                yield value;
            }
            default -> register < registers.length ? registers[register] : 0;
        };
    }

    @Override
    boolean store(int register, int value) {
        catchUp();
        if (register == POWER) {
            if ((value & 0x80) != 0) {
                reset();
                return true;
            }
            boolean wakes = (registers[POWER] & SLEEP) != 0 && (value & SLEEP) == 0;
            registers[POWER] = value;
            if (wakes) {
                restart();
            }
        } else if (register == USER_CONTROL) {
            if ((value & 0x04) != 0) {
                fifoSize = 0;
            }
            registers[USER_CONTROL] = value & 0xF0;
        } else if (register < registers.length && register != WHO_AM_I && register != INT_STATUS
            && (register < DATA || register > DATA_END) && register != FIFO_COUNT && register != FIFO_COUNT + 1) {
            registers[register] = value;
            if (register == SAMPLE_DIVIDER || register == CONFIG) {
                restart();
            }
        }
        return true;
    }

    @Override
    int afterLoad(int register) {
        return register == FIFO ? FIFO : super.afterLoad(register);
    }
}
