package dev.thimble.hal.simulated.chip;

import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * Maxim DS3231: clock with calendar, two alarms and a thermometer (datasheet 19-5170, rev. 10). Time is frozen at each start
 * condition, the pointer wraps from 0x12 to 0, the oscillator-stop flag is set until software clears it.
 */
public final class Ds3231 extends RegisterChip {
    /** Fixed: DS3231 datasheet, "I2C Slave Address". */
    public static final int ADDRESS = 0x68;
    private static final int HOURS = 2;
    private static final int WEEKDAY = 3;
    private static final int ALARM1 = 7;
    private static final int ALARM2 = 0x0B;
    private static final int CONTROL = 0x0E;
    private static final int STATUS = 0x0F;
    private static final int TEMPERATURE = 0x11;
    private static final int LAST = 0x12;
    private static final int CONVERT = 0x20;
    private static final int OSCILLATOR_STOPPED = 0x80;
    private static final long SECOND = 1_000_000_000;

    private final SimulatedTime time;
    private final int[] registers = new int[LAST + 1];
    private final int[] written = new int[7];
    private volatile Signal temperature = Signal.constant(20);
    private LocalDateTime set = LocalDateTime.of(2000, 1, 1, 0, 0);
    private long setNanos;
    private int weekdayOffset;
    private boolean twelve;
    private LocalDateTime checked = set;

    public Ds3231(SimulatedTime time) {
        super(ADDRESS);
        this.time = time;
        setNanos = time.nanos();
        registers[CONTROL] = 0x1C;
        registers[STATUS] = 0x88;
        // Counts weekdays from 1, whatever day that is: 1 at power-on.
        weekdayOffset = 1 - dayNumber(set);
    }

    /** Degrees Celsius, −40 to 85. */
    public void temperature(Signal celsius) {
        temperature = celsius;
    }

    /** Whether INT/SQW is active because of an alarm. */
    public boolean interrupt() {
        catchUp();
        return (registers[CONTROL] & 4) != 0 && (registers[CONTROL] & registers[STATUS] & 3) != 0;
    }

    private static int dayNumber(LocalDateTime t) {
        return (int) Math.floorMod(t.toLocalDate().toEpochDay(), 7L);
    }

    private LocalDateTime now() {
        return set.plusSeconds((time.nanos() - setNanos) / SECOND);
    }

    private void catchUp() {
        LocalDateTime now = now();
        // Alarms match at a second; a week back is as far as any alarm but a monthly one can lie.
        LocalDateTime from = checked.isBefore(now.minusDays(31)) ? now.minusDays(31) : checked;
        if (now.isAfter(from)) {
            if (alarmBetween(from, now, ALARM1, true)) {
                registers[STATUS] |= 1;
            }
            if (alarmBetween(from, now, ALARM2, false)) {
                registers[STATUS] |= 2;
            }
        }
        checked = now;
        // §"Temperature": a conversion every 64 seconds, or on demand.
        long at = time.nanos() - Math.floorMod(time.nanos() - setNanos, 64 * SECOND);
        convert(at);
    }

    private void convert(long at) {
        int quarters = (int) Math.round(temperature.at(at) * 4);
        registers[TEMPERATURE] = quarters >> 2 & 0xFF;
        registers[LAST] = (quarters & 3) << 6;
    }

    private boolean alarmBetween(LocalDateTime after, LocalDateTime until, int at, boolean withSeconds) {
        int seconds = withSeconds ? registers[at] : 0;
        int minutes = registers[withSeconds ? at + 1 : at];
        int hours = registers[withSeconds ? at + 2 : at + 1];
        int day = registers[withSeconds ? at + 3 : at + 2];
        if (withSeconds && (seconds & 0x80) != 0) {
            return true;
        }
        LocalDateTime t = after.plusSeconds(1);
        // From mask to mask the step grows: look at matching seconds, then minutes, then hours, then days.
        t = t.plusSeconds(Math.floorMod(fromBcd(seconds & 0x7F) - t.getSecond(), 60));
        boolean anyMinute = (minutes & 0x80) != 0;
        boolean anyHour = (hours & 0x80) != 0;
        boolean anyDay = (day & 0x80) != 0;
        if (!anyMinute) {
            t = t.plusMinutes(Math.floorMod(fromBcd(minutes & 0x7F) - t.getMinute(), 60));
        }
        if (!anyHour) {
            t = t.plusHours(Math.floorMod(hour(hours & 0x7F) - t.getHour(), 24));
        }
        while (!anyDay && !t.isAfter(until) && !dayMatches(t, day)) {
            t = t.plusDays(1);
        }
        return !t.isAfter(until);
    }

    private boolean dayMatches(LocalDateTime t, int day) {
        return (day & 0x40) != 0 ? weekday(t) == (day & 0x0F) : t.getDayOfMonth() == fromBcd(day & 0x3F);
    }

    private int weekday(LocalDateTime t) {
        return Math.floorMod(dayNumber(t) + weekdayOffset - 1, 7) + 1;
    }

    @Override
    public boolean select(int wanted, boolean read) {
        boolean selected = super.select(wanted, read);
        if (selected) {
            catchUp();
            freeze(now());
        }
        return selected;
    }

    private void freeze(LocalDateTime t) {
        registers[0] = toBcd(t.getSecond());
        registers[1] = toBcd(t.getMinute());
        int h = t.getHour();
        registers[HOURS] = twelve ? 0x40 | (h >= 12 ? 0x20 : 0) | toBcd((h + 11) % 12 + 1) : toBcd(h);
        registers[WEEKDAY] = weekday(t);
        registers[4] = toBcd(t.getDayOfMonth());
        registers[5] = toBcd(t.getMonthValue()) | (t.getYear() >= 2100 ? 0x80 : 0);
        registers[6] = toBcd(t.getYear() % 100);
        Arrays.fill(written, -1);
    }

    @Override
    int load(int register) {
        return register <= LAST ? registers[register] : 0;
    }

    @Override
    boolean store(int register, int value) {
        if (register < 7) {
            registers[register] = value;
            written[register] = value;
            return true;
        }
        switch (register) {
            case CONTROL -> {
                registers[CONTROL] = value & ~CONVERT;
                if ((value & CONVERT) != 0) {
                    convert(time.nanos());
                }
            }
            // Flags can be cleared, not set; EN32kHz is an ordinary bit.
            case STATUS -> registers[STATUS] = registers[STATUS] & value & (OSCILLATOR_STOPPED | 3) | value & 8;
            case TEMPERATURE, LAST -> { }
            default -> {
                if (register < LAST) {
                    registers[register] = value;
                }
            }
        }
        return true;
    }

    /** What was written to the time registers takes effect together; writing the seconds restarts the second. */
    @Override
    public void stop() {
        if (Arrays.stream(written).allMatch(v -> v < 0)) {
            return;
        }
        LocalDateTime before = now();
        long fraction = (time.nanos() - setNanos) % SECOND;
        twelve = (registers[HOURS] & 0x40) != 0;
        int year = 2000 + fromBcd(registers[6]) + ((registers[5] & 0x80) != 0 ? 100 : 0);
        int month = Math.clamp(fromBcd(registers[5] & 0x1F), 1, 12);
        LocalDateTime first = LocalDateTime.of(year, month, 1, 0, 0);
        set = first.plusDays(Math.max(1, fromBcd(registers[4] & 0x3F)) - 1).plusHours(hour(registers[HOURS]))
            .plusMinutes(fromBcd(registers[1] & 0x7F)).plusSeconds(fromBcd(registers[0] & 0x7F))
            .truncatedTo(ChronoUnit.SECONDS);
        setNanos = written[0] >= 0 ? time.nanos() : time.nanos() - fraction;
        int weekday = written[WEEKDAY] >= 0 ? registers[WEEKDAY] & 7 : weekday(before);
        weekdayOffset = weekday - dayNumber(set);
        checked = set;
        Arrays.fill(written, -1);
    }

    @Override
    int afterLoad(int register) {
        return register >= LAST ? 0 : register + 1;
    }

    @Override
    int afterStore(int register) {
        return register >= LAST ? 0 : register + 1;
    }

    private static int hour(int register) {
        if ((register & 0x40) == 0) {
            return fromBcd(register & 0x3F);
        }
        return fromBcd(register & 0x1F) % 12 + ((register & 0x20) != 0 ? 12 : 0);
    }

    private static int fromBcd(int value) {
        return (value >> 4) * 10 + (value & 15);
    }

    private static int toBcd(int value) {
        return value / 10 << 4 | value % 10;
    }
}
