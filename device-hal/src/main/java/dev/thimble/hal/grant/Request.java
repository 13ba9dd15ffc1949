package dev.thimble.hal.grant;

import dev.thimble.hal.toml.Toml;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a module's manifest asks for. Immutable. */
public record Request(List<Device> devices, List<Topic> publish, List<Topic> subscribe, List<Files> files,
                      Quotas quotas) {
    /** Asks for nothing. */
    public static final Request NOTHING = new Request(List.of(), List.of(), List.of(), List.of(), Quotas.NONE);

    public Request {
        devices = List.copyOf(devices);
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
        files = List.copyOf(files);
    }

    /**
     * @param addresses for I2C
     * @param modes for GPIO
     * @param optional the module can do without: it is refused at the call, not at install
     */
    public record Device(String alias, DeviceKind kind, Addresses addresses, Set<GpioMode> modes, boolean optional) {
        public Device {
            modes = Set.copyOf(modes);
        }
    }

    /** @param optional as for {@link Device} */
    public record Topic(String filter, int perMinute, boolean optional) { }

    /**
     * @param guest the directory's name to the module
     * @param write whether it wants to change what is in it
     * @param optional it can do without
     */
    public record Files(String guest, boolean write, boolean optional) { }

    /** Reads a table {device, publish, subscribe, preopen, quotas} of the same format as a grant's, plus {@code optional}. */
    public static Request read(Toml t) {
        List<Device> devices = new ArrayList<>();
        for (Toml d : t.tables("device")) {
            DeviceKind kind = d.oneOf("kind", DeviceKind.class, null);
            devices.add(new Device(d.string("alias"), kind,
                kind == DeviceKind.I2C ? Grant.addresses(d, "addresses") : Addresses.NONE,
                kind == DeviceKind.GPIO ? Grant.modes(d) : Set.of(), d.bool("optional", false)));
            d.rejectUnknown();
        }
        Request request = new Request(devices, topics(t, "publish", "topic"), topics(t, "subscribe", "filter"),
            files(t), Quotas.read(t.table("quotas"), Quotas.NONE));
        t.rejectUnknown();
        return request;
    }

    private static List<Files> files(Toml t) {
        List<Files> files = new ArrayList<>();
        for (Toml p : t.tables("preopen")) {
            files.add(new Files(Grant.path(p, "guest"), p.bool("write", false), p.bool("optional", false)));
            p.rejectUnknown();
        }
        return files;
    }

    /** @param source names the file in errors */
    public static Request parse(String text, String source) {
        return read(Toml.parse(text, source));
    }

    private static List<Topic> topics(Toml t, String key, String topicKey) {
        List<Topic> topics = new ArrayList<>();
        for (Toml rule : t.tables(key)) {
            boolean optional = rule.bool("optional", false);
            topics.add(new Topic(rule.string(topicKey), (int) rule.integer("per-minute", 0, 1_000_000, 0), optional));
            rule.rejectUnknown();
        }
        return topics;
    }
}
