package dev.thimble.hal.simulated.chip;

/**
 * Sensirion SHT31: temperature and humidity (datasheet SHT3x-DIS v6, §4). 16-bit commands, checksummed words. While it
 * measures it does not acknowledge a read, or, with clock stretching, holds the clock. Typical times.
 */
public final class Sht31 implements I2cChip {
    private static final int SOFT_RESET = 0x30A2;
    private static final int BREAK = 0x3093;
    private static final int FETCH = 0xE000;
    private static final int READ_STATUS = 0xF32D;
    private static final int CLEAR_STATUS = 0x3041;
    private static final int HEATER_ON = 0x306D;
    private static final int HEATER_OFF = 0x3066;
    private static final int HEATER = 0x2000;
    private static final int COMMAND_FAILED = 0x0002;
    private static final int POWER_ON_STATUS = 0x8010;
    private static final long HIGH = 12_500_000;
    private static final long MEDIUM = 4_500_000;
    private static final long LOW = 2_500_000;

    private final int address;
    private final SimulatedTime time;
    private volatile Signal temperature = Signal.constant(20);
    private volatile Signal humidity = Signal.constant(50);
    private int status = POWER_ON_STATUS;
    private int command;
    private int received;
    private final int[] output = new int[6];
    private int length;
    private int next;
    private boolean stretching;
    /** When the running measurement ends; −1 for none. */
    private long ready = -1;
    /** Between measurements in periodic mode; 0 in single shot mode. */
    private long period;
    private long fetched = -1;

    /** @param address 0x44 or 0x45 */
    public Sht31(int address, SimulatedTime time) {
        this.address = address;
        this.time = time;
    }

    /** Degrees Celsius, −40 to 125. */
    public void temperature(Signal celsius) {
        temperature = celsius;
    }

    /** Per cent of relative humidity, 0 to 100. */
    public void humidity(Signal percent) {
        humidity = percent;
    }

    @Override
    public boolean select(int wanted, boolean read) {
        if (wanted != address) {
            return false;
        }
        received = 0;
        if (!read) {
            return true;
        }
        if (length == 0 && ready >= 0 && period == 0 && (stretching || time.nanos() >= ready)) {
            measure(ready);
            ready = time.nanos() < ready ? ready : -1;
        }
        next = 0;
        return length > 0;
    }

    @Override
    public long stretchNanos() {
        long left = stretching && ready >= 0 && period == 0 ? ready - time.nanos() : 0;
        ready = left > 0 ? -1 : ready;
        return Math.max(0, left);
    }

    @Override
    public boolean write(int value) {
        command = command << 8 | value;
        if (++received == 2) {
            execute(command & 0xFFFF);
        }
        return received <= 2;
    }

    @Override
    public int read() {
        return next < length ? output[next++] : 0xFF;
    }

    @Override
    public void stop() {
        // What has been read is gone: a second read is not acknowledged.
        if (next > 0) {
            length = 0;
            next = 0;
        }
    }

    private void execute(int wanted) {
        length = 0;
        switch (wanted) {
            case 0x2400, 0x2C06 -> single(HIGH, wanted == 0x2C06);
            case 0x240B, 0x2C0D -> single(MEDIUM, wanted == 0x2C0D);
            case 0x2416, 0x2C10 -> single(LOW, wanted == 0x2C10);
            case 0x2032, 0x2024, 0x202F -> periodic(2_000_000_000, wanted, 0x2032, 0x2024);
            case 0x2130, 0x2126, 0x212D -> periodic(1_000_000_000, wanted, 0x2130, 0x2126);
            case 0x2236, 0x2220, 0x222B -> periodic(500_000_000, wanted, 0x2236, 0x2220);
            case 0x2334, 0x2322, 0x2329 -> periodic(250_000_000, wanted, 0x2334, 0x2322);
            case 0x2737, 0x2721, 0x272A -> periodic(100_000_000, wanted, 0x2737, 0x2721);
            case FETCH -> fetch();
            case READ_STATUS -> {
                word(0, status);
                length = 3;
            }
            case CLEAR_STATUS -> status &= ~0x8C10;
            case HEATER_ON -> status |= HEATER;
            case HEATER_OFF -> status &= ~HEATER;
            case BREAK -> stopMeasuring();
            case SOFT_RESET -> {
                stopMeasuring();
                status = POWER_ON_STATUS;
            }
            default -> {
                status |= COMMAND_FAILED;
                return;
            }
        }
        status &= ~COMMAND_FAILED;
    }

    private void stopMeasuring() {
        ready = -1;
        period = 0;
    }

    private void single(long duration, boolean stretch) {
        period = 0;
        stretching = stretch;
        ready = time.nanos() + duration;
    }

    private void periodic(long every, int wanted, int high, int medium) {
        stretching = false;
        period = every;
        ready = time.nanos() + (wanted == high ? HIGH : wanted == medium ? MEDIUM : LOW);
        fetched = -1;
    }

    /** Gives the newest measurement once; without a new one the following read is not acknowledged. */
    private void fetch() {
        long now = time.nanos();
        if (period == 0 || now < ready) {
            return;
        }
        long newest = ready + (now - ready) / period * period;
        if (newest != fetched) {
            fetched = newest;
            measure(newest);
        }
    }

    private void measure(long at) {
        word(0, raw((temperature.at(at) + 45) / 175));
        word(3, raw(humidity.at(at) / 100));
        length = 6;
    }

    private static int raw(double fraction) {
        return (int) Math.round(Math.clamp(fraction, 0, 1) * 65_535);
    }

    private void word(int at, int value) {
        output[at] = value >> 8 & 0xFF;
        output[at + 1] = value & 0xFF;
        output[at + 2] = Crc8.sensirion(output[at], output[at + 1]);
    }
}
