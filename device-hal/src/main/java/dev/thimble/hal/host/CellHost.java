package dev.thimble.hal.host;

import dev.thimble.hal.board.DeviceException;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.hal.grant.TopicRule;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The host's side of one instance: what it may do, what it has open, how much it has used. {@link HostImports} binds the
 * imports to it. Used on the cell's thread.
 *
 * <p>Life: make one per instance, with the cell's {@link CellResources}. For a hot swap make a second one while the first
 * still lives; when the new instance has started well call {@link #retire} on the first, else {@link #stop} on the
 * second. After a trap or a stop call {@link #stop}.
 */
public final class CellHost {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    final Grant grant;
    final CellPorts ports;
    final Inbox inbox;
    final Timers timers = new Timers();
    final TinyGoPwm tinyGoPwm = new TinyGoPwm();
    final Rate metricRate;
    final Rate storageRate;
    /** Room for the decoded operations of a transaction. */
    final int[] ops = new int[4 * 64];
    final int[] int1 = new int[1];
    final byte[] byte1 = new byte[1];
    final long[] roms = new long[64];
    final byte[][] configKeys;
    final byte[][] configValues;

    private final Rate logRate;
    private final CellResources resources;
    private final GrantedDevice[] devices;
    private final byte[][] aliases;
    private final int[] pinNumbers;
    private final byte[][] publishFilters;
    private final Rate[] publishRates;
    private final int[] opens = new int[CellResources.MAX_DEVICES + 1];
    private final boolean[] subscribed = new boolean[Subscriptions.MAX + 1];
    private final Slot.Setup[] before = new Slot.Setup[CellResources.MAX_DEVICES + 1];
    private Closeable atEnd = () -> { };
    private boolean ended;
    /** Until when the suspended module waits, on the cell's clock. */
    private long pauseEndNanos;
    private boolean pauseEndsWithAnEvent;

    /** @param grant what {@link dev.thimble.hal.grant.Meeting#of} gave */
    public CellHost(Grant grant, CellResources resources, CellPorts ports) {
        this.grant = grant;
        this.resources = resources;
        this.ports = ports;
        this.inbox = resources.inbox();
        logRate = Rate.of(grant.quotas().logLinesPerMinute(), MINUTE);
        metricRate = Rate.of(grant.quotas().metricsPerMinute(), MINUTE);
        storageRate = Rate.of(grant.quotas().storageWritesPerHour(), HOUR);
        devices = grant.devices().values().toArray(GrantedDevice[]::new);
        aliases = new byte[devices.length][];
        pinNumbers = new int[devices.length];
        for (int i = 0; i < devices.length; i++) {
            aliases[i] = devices[i].alias().getBytes(StandardCharsets.UTF_8);
            String digits = resources.lineName(devices[i]).replaceAll(".*?(\\d{0,6})$", "$1");
            pinNumbers[i] = digits.isEmpty() ? -1 : Integer.parseInt(digits);
        }
        List<TopicRule> publish = grant.publish();
        publishFilters = publish.stream().map(TopicRule::bytes).toArray(byte[][]::new);
        publishRates = publish.stream()
            .map(r -> r.perMinute() == 0 ? Rate.unlimited() : Rate.of(r.perMinute(), MINUTE)).toArray(Rate[]::new);
        configKeys = ports.config().keySet().stream().map(k -> k.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
        configValues = ports.config().values().stream().map(v -> v.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    }

    /** When {@link #expireTimers} has something to do next, on the cell's clock; {@link Long#MAX_VALUE} for never. */
    public long nextTimerNanos() {
        return timers.next();
    }

    /** Puts an event into the inbox for each timer of the module that has ended. */
    public void expireTimers() {
        timers.expire(ports.clock().nanos(), inbox);
    }

    /** When {@link #isPauseOver} changes by time alone, on the cell's clock; {@link Long#MAX_VALUE} for never. */
    public long pauseEndNanos() {
        return pauseEndNanos;
    }

    /** Whether an instance that an import has suspended is to be resumed: its time is over, or it waits for events and there is one. */
    public boolean isPauseOver(long now) {
        return now >= pauseEndNanos || pauseEndsWithAnEvent && !inbox.isEmpty();
    }

    /** Whether an instance that an import has suspended takes the next event when it is resumed. */
    public boolean awaitsEvent() {
        return pauseEndsWithAnEvent;
    }

    /** Says what an instance that is suspended now waits for. */
    void pause(long nanos, boolean orAnEvent) {
        long now = ports.clock().nanos();
        pauseEndNanos = nanos > Long.MAX_VALUE - Math.max(0, now) ? Long.MAX_VALUE : now + nanos;
        pauseEndsWithAnEvent = orAnEvent;
    }

    /** Ends the lines that a WASI program has begun, and closes its files. Devices stay as they are. */
    public void endOutput() {
        try {
            atEnd.close();
        } catch (IOException e) {
            log("closing the module's files: " + e);
        }
        atEnd = () -> { };
    }

    /** A successor has taken over. What it has not opened goes to the safe level and is closed. */
    public void retire() {
        if (end()) {
            for (int handle = 1; handle < opens.length; handle++) {
                if (opens[handle] > 0) {
                    Slot slot = resources.slot(handle);
                    if (--slot.holders == 0) {
                        slot.letGo(false);
                    } else {
                        slot.unwatch(this);
                    }
                }
            }
        }
    }

    /**
     * The instance is at an end: trapped, stopped, or a candidate that failed. What a predecessor
     * still holds is given back as it was; other outputs are driven to, and held at, their safe level; all else is closed.
     */
    public void stop() {
        if (end()) {
            for (int handle = 1; handle < opens.length; handle++) {
                if (opens[handle] > 0) {
                    release(resources.slot(handle), true);
                }
            }
        }
    }

    private boolean end() {
        if (ended) {
            return false;
        }
        endOutput();
        ended = true;
        timers.clear();
        for (int id = 1; id < subscribed.length; id++) {
            if (subscribed[id]) {
                resources.subscriptions().remove(id, ports.messages());
            }
        }
        return true;
    }

    private void release(Slot slot, boolean park) {
        if (--slot.holders == 0) {
            slot.letGo(park);
        } else if (before[slot.handle] != null) {
            slot.restore(before[slot.handle]);
        }
    }

    /** The granted device with an alias, or null. */
    GrantedDevice device(DeviceKind kind, byte[] memory, int name, int length) {
        for (int i = 0; i < aliases.length; i++) {
            if (devices[i].kind() == kind && Bytes.equal(aliases[i], memory, name, length)) {
                return devices[i];
            }
        }
        return null;
    }

    /** The granted device of a kind whose line's or channel's name ends in a number, or null. */
    GrantedDevice pin(DeviceKind kind, int number) {
        for (int i = 0; i < devices.length; i++) {
            if (devices[i].kind() == kind && pinNumbers[i] == number) {
                return devices[i];
            }
        }
        return null;
    }

    /** What this instance has open of a granted device, or null. The device may be null. */
    Slot already(GrantedDevice device) {
        Slot slot = device == null ? null : resources.slot(device);
        return ended || slot == null || opens[slot.handle] == 0 ? null : slot;
    }

    /** Opens a device that needs no request by its alias, unless it is open. @return a handle or an Errno */
    int named(DeviceKind kind, byte[] memory, int name, int length) {
        GrantedDevice device = device(kind, memory, name, length);
        Slot open = already(device);
        return open != null ? open.handle : open(device, null);
    }

    /** Opens the n-th granted device of a kind that needs no request, unless it is open; null when that fails. */
    Slot numbered(DeviceKind kind, int number) {
        return opened(device(kind, number));
    }

    /** Opens a device that needs no request, unless it is open; null when that fails. The device may be null. */
    Slot opened(GrantedDevice device) {
        Slot open = already(device);
        return open != null || device == null ? open : opened(device.kind(), open(device, null));
    }

    /** The n-th granted device of a kind, or null. */
    GrantedDevice device(DeviceKind kind, int number) {
        int seen = 0;
        for (GrantedDevice d : devices) {
            if (d.kind() == kind && seen++ == number) {
                return d;
            }
        }
        return null;
    }

    /**
     * Opens a granted device, or opens it once more: then {@link #close} must be called as often.
     *
     * @param device may be null, for not granted
     * @param request see {@link Slot#open}
     * @return a handle or an Errno; BUSY also when this instance has it open in another way
     */
    int open(GrantedDevice device, Object request) {
        if (device == null || ended) {
            return Errno.DENIED;
        }
        Slot slot = resources.slot(device);
        if (slot == null) {
            return Errno.QUOTA;
        }
        if (opens[slot.handle] > 0) {
            if (request != null && !request.equals(slot.setup().request())) {
                return Errno.BUSY;
            }
            opens[slot.handle]++;
            return slot.handle;
        }
        Slot.Setup found = slot.holders > 0 ? slot.setup() : null;
        int result;
        try {
            result = slot.open(request);
        } catch (DeviceException e) {
            log(e.getMessage());
            return e.errno();
        }
        if (result != Errno.OK) {
            return result;
        }
        before[slot.handle] = found;
        slot.holders++;
        opens[slot.handle] = 1;
        return slot.handle;
    }

    /** An open device of this instance, or null. */
    Slot opened(DeviceKind kind, int handle) {
        if (ended || handle <= 0 || handle >= opens.length || opens[handle] == 0) {
            return null;
        }
        Slot slot = resources.slot(handle);
        return slot.device.kind() == kind ? slot : null;
    }

    int close(Slot slot) {
        if (--opens[slot.handle] == 0) {
            release(slot, false);
        }
        return Errno.OK;
    }

    /** Subscribes once per filter. @return an id from 1, or an Errno */
    int subscribe(byte[] memory, int filter, int length, int qos) {
        String wanted = new String(memory, filter, length, StandardCharsets.UTF_8);
        for (TopicRule rule : grant.subscribe()) {
            if (rule.covers(wanted)) {
                int id = resources.subscriptions().add(wanted, qos, ports.messages());
                if (id > 0) {
                    if (subscribed[id]) {
                        resources.subscriptions().remove(id, ports.messages());
                    }
                    subscribed[id] = true;
                }
                return id;
            }
        }
        return Errno.DENIED;
    }

    int unsubscribe(int id) {
        if (id <= 0 || id >= subscribed.length || !subscribed[id]) {
            return Errno.NOT_FOUND;
        }
        subscribed[id] = false;
        return resources.subscriptions().remove(id, ports.messages());
    }

    /** Whether the grant allows this topic now. @return OK, DENIED or QUOTA */
    int mayPublish(byte[] memory, int topic, int length, long now) {
        int result = Errno.DENIED;
        for (int i = 0; i < publishFilters.length; i++) {
            if (TopicRule.matches(publishFilters[i], memory, topic, length)) {
                if (publishRates[i].take(now)) {
                    return Errno.OK;
                }
                result = Errno.QUOTA;
            }
        }
        return result;
    }

    /** What is to be done, once, when the instance ends. */
    void atEnd(Closeable work) {
        atEnd = work;
    }

    /** A line of the module's own; cut, and refused with QUOTA when there are too many. */
    int log(int level, byte[] text, int offset, int length) {
        if (!logRate.take(ports.clock().nanos())) {
            return Errno.QUOTA;
        }
        ports.log().write(level, text, offset, Math.min(length, SystemImports.MAX_LOG_BYTES));
        return Errno.OK;
    }

    /** Tells the operator why something could not be opened: the module sees only a number. */
    private void log(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ports.log().write(1, bytes, 0, bytes.length);
    }
}
