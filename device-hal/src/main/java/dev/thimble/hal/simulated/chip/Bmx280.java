package dev.thimble.hal.simulated.chip;

/**
 * What BMP280 and BME280 have in common (datasheets BST-BMP280-DS001 §3–4, BST-BME280-DS002 §3–5): modes, oversampling,
 * IIR filter, typical conversion times, burst reads of one consistent measurement, and a write that does
 * not advance the pointer but takes pairs of register and value.
 */
abstract class Bmx280 extends RegisterChip {
    static final int STATUS = 0xF3;
    static final int CTRL_MEAS = 0xF4;
    static final int CONFIG = 0xF5;
    static final int RESET = 0xE0;
    static final int ID = 0xD0;
    private static final int DATA = 0xF7;
    private static final int SKIPPED = 0x80000;
    private static final int RESET_WORD = 0xB6;
    private static final long START_UP_NANOS = 2_000_000;
    private static final int[] OVERSAMPLING = {0, 1, 2, 4, 8, 16, 16, 16};
    private static final int[] FILTER = {1, 2, 4, 8, 16, 16, 16, 16};

    final int[] registers = new int[256];
    private final int dataEnd;
    private final SimulatedTime time;
    private final BoschCalibration calibration;
    private final boolean humid;
    private volatile Signal temperature = Signal.constant(20);
    private volatile Signal pressure = Signal.constant(101_325);
    private volatile Signal humidity = Signal.constant(50);
    private long poweredNanos;
    private long startNanos;
    private long nextCycle;
    private double filteredT = Double.NaN;
    private double filteredP = Double.NaN;
    private final int[] shadow = new int[256];

    Bmx280(int address, int id, boolean humid, SimulatedTime time, BoschCalibration calibration) {
        super(address);
        this.humid = humid;
        this.dataEnd = humid ? 0xFE : 0xFC;
        this.time = time;
        this.calibration = calibration;
        registers[ID] = id;
        calibration.store(registers, humid);
        powerOn();
    }

    /** Degrees Celsius, −40 to 85. */
    public final void temperature(Signal celsius) {
        temperature = celsius;
    }

    /** Pascal, 30 000 to 110 000. */
    public final void pressure(Signal pascal) {
        pressure = pascal;
    }

    final void setHumidity(Signal percent) {
        humidity = percent;
    }

    /** The osrs_h in effect; 0 without a humidity sensor. */
    int humidityOversampling() {
        return 0;
    }

    private void powerOn() {
        for (int r = 0xF2; r <= 0xFE; r++) {
            registers[r] = 0;
        }
        registers[0xF7] = 0x80;
        registers[0xFA] = 0x80;
        if (humid) {
            registers[0xFD] = 0x80;
        }
        poweredNanos = time.nanos();
        filteredT = Double.NaN;
        filteredP = Double.NaN;
        latch();
    }

    /** Control registers that take effect when ctrl_meas is written. */
    void latch() { }

    @Override
    void beginRead(int register) {
        catchUp();
        // §4.1 "shadowing": a burst started in the data registers sees one measurement, whatever ends meanwhile.
        System.arraycopy(registers, DATA, shadow, DATA, dataEnd - DATA + 1);
    }

    @Override
    int load(int register) {
        if (register == STATUS) {
            catchUp();
            int status = measuring() ? 0x08 : 0;
            return time.nanos() - poweredNanos < START_UP_NANOS ? status | 0x01 : status;
        }
        if (register == RESET) {
            return 0;
        }
        return register >= DATA && register <= dataEnd ? shadow[register] : registers[register];
    }

    @Override
    boolean store(int register, int value) {
        expectPointer();
        catchUp();
        switch (register) {
            case RESET -> {
                if (value == RESET_WORD) {
                    powerOn();
                }
            }
            case CTRL_MEAS -> {
                registers[CTRL_MEAS] = value;
                latch();
                startNanos = time.nanos();
                nextCycle = 0;
            }
            case CONFIG -> registers[CONFIG] = value & 0xFD;
            default -> storeControl(register, value);
        }
        return true;
    }

    /** Registers of one chip only; all others are read-only and ignore a write. */
    void storeControl(int register, int value) { }

    private int osrsT() {
        return OVERSAMPLING[registers[CTRL_MEAS] >> 5 & 7];
    }

    private int osrsP() {
        return OVERSAMPLING[registers[CTRL_MEAS] >> 2 & 7];
    }

    /** BME280 §9.1, typical: 1 + 2·T + (2·P + 0.5) + (2·H + 0.5) ms; switched-off parts fall away. */
    private long conversionNanos() {
        int h = OVERSAMPLING[humidityOversampling()];
        return 1_000_000 + 2_000_000L * osrsT() + (osrsP() == 0 ? 0 : 2_000_000L * osrsP() + 500_000)
            + (h == 0 ? 0 : 2_000_000L * h + 500_000);
    }

    /** t_standby in nanoseconds; the codes 6 and 7 differ between the two chips. */
    abstract long standbyNanos(int code);

    /** Ends the conversions that were due by now. */
    private void catchUp() {
        long first = startNanos + conversionNanos();
        long now = time.nanos();
        if (mode() == 0 || now < first) {
            return;
        }
        if (!isNormal()) {
            convert(first);
            registers[CTRL_MEAS] &= ~3;
            return;
        }
        // All cycles since then count, but only the filter remembers, and not more than the last few dozen.
        long cycle = cycleNanos();
        long last = (now - first) / cycle;
        for (long c = Math.max(nextCycle, last - 64); c <= last; c++) {
            convert(first + c * cycle);
        }
        nextCycle = last + 1;
    }

    private boolean measuring() {
        long since = time.nanos() - startNanos;
        return mode() != 0 && (isNormal() ? since % cycleNanos() : since) < conversionNanos();
    }

    private long cycleNanos() {
        return conversionNanos() + standbyNanos(registers[CONFIG] >> 5);
    }

    private int mode() {
        return registers[CTRL_MEAS] & 3;
    }

    private boolean isNormal() {
        return mode() == 3;
    }

    private void convert(long at) {
        double celsius = temperature.at(at);
        int raw = calibration.rawTemperature(celsius);
        double fine = calibration.fine(raw);
        int code = registers[CONFIG] >> 2 & 7;
        if (osrsT() == 0) {
            put20(0xFA, SKIPPED);
        } else {
            filteredT = filter(filteredT, raw, code);
            put20(0xFA, resolution(filteredT, osrsT(), code));
        }
        if (osrsP() == 0) {
            put20(0xF7, SKIPPED);
        } else {
            filteredP = filter(filteredP, calibration.rawPressure(pressure.at(at), fine), code);
            put20(0xF7, resolution(filteredP, osrsP(), code));
        }
        if (humid) {
            int h = humidityOversampling() == 0 ? 0x8000 : calibration.rawHumidity(humidity.at(at), fine);
            registers[0xFD] = h >> 8;
            registers[0xFE] = h & 0xFF;
        }
    }

    /** §3.4.4: filtered = (old · (coefficient − 1) + new) / coefficient; the first measurement passes unfiltered. */
    private static double filter(double old, int raw, int code) {
        int coefficient = FILTER[code];
        return Double.isNaN(old) || coefficient == 1 ? raw : (old * (coefficient - 1) + raw) / coefficient;
    }

    /** 20 bits with the filter on; else 16 bits and one more for each doubling of oversampling. */
    private static int resolution(double value, int oversampling, int filterCode) {
        int raw = (int) Math.round(value);
        if (filterCode != 0) {
            return raw;
        }
        int missing = 4 - (31 - Integer.numberOfLeadingZeros(oversampling));
        return raw & -(1 << missing);
    }

    private void put20(int register, int value) {
        registers[register] = value >> 12 & 0xFF;
        registers[register + 1] = value >> 4 & 0xFF;
        registers[register + 2] = value << 4 & 0xF0;
    }
}
