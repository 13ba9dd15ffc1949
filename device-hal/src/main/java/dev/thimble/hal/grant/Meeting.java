package dev.thimble.hal.grant;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Grant and request meet at install: the module gets what both name, and no more. */
public final class Meeting {
    private final Grant grant;
    private final List<String> missing = new ArrayList<>();

    private Meeting(Grant grant) {
        this.grant = grant;
    }

    /**
     * What the module may do.
     *
     * @throws RefusedException with everything that the module needs and the grant does not give
     */
    public static Grant of(Grant grant, Request request) {
        return new Meeting(grant).meet(request);
    }

    private Grant meet(Request request) {
        Map<String, GrantedDevice> devices = new LinkedHashMap<>();
        for (Request.Device wanted : request.devices()) {
            GrantedDevice met = device(wanted);
            if (met != null) {
                devices.put(wanted.alias(), met);
            }
        }
        Grant met = new Grant(devices, topics("publish", grant.publish(), request.publish()),
            topics("subscribe", grant.subscribe(), request.subscribe()), files(request.files()),
            quotas(request.quotas()));
        if (!missing.isEmpty()) {
            throw new RefusedException(missing);
        }
        return met;
    }

    private GrantedDevice device(Request.Device wanted) {
        GrantedDevice given = grant.devices().get(wanted.alias());
        String name = wanted.kind().name().toLowerCase(Locale.ROOT) + " \"" + wanted.alias() + "\"";
        if (given == null) {
            return refuse(wanted, name);
        }
        if (given.kind() != wanted.kind()) {
            return refuse(wanted, name + ", which is granted as "
                + given.kind().name().toLowerCase(Locale.ROOT));
        }
        Addresses addresses = wanted.addresses().intersection(given.addresses());
        Addresses lacking = wanted.addresses().minus(given.addresses());
        if (!lacking.isEmpty()) {
            refuse(wanted, name + " address " + lacking);
        }
        Set<GpioMode> modes = EnumSet.noneOf(GpioMode.class);
        for (GpioMode mode : wanted.modes()) {
            if (given.modes().contains(mode)) {
                modes.add(mode);
            } else {
                refuse(wanted, name + " mode " + mode.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            }
        }
        return new GrantedDevice(given.alias(), given.kind(), given.device(), addresses, modes, given.safe(),
            given.shared(), given.converter());
    }

    private GrantedDevice refuse(Request.Device wanted, String what) {
        if (!wanted.optional()) {
            missing.add(what);
        }
        return null;
    }

    private List<TopicRule> topics(String verb, List<TopicRule> given, List<Request.Topic> wanted) {
        List<TopicRule> met = new ArrayList<>();
        for (Request.Topic topic : wanted) {
            TopicRule rule = null;
            for (TopicRule candidate : given) {
                if (candidate.covers(topic.filter())) {
                    rule = candidate;
                    break;
                }
            }
            if (rule == null) {
                refuse(topic, verb + " " + topic.filter());
            } else if (rule.perMinute() != 0 && topic.perMinute() > rule.perMinute()) {
                refuse(topic, verb + " " + topic.filter() + " " + topic.perMinute() + " times per minute, granted are "
                    + rule.perMinute());
            } else {
                met.add(new TopicRule(topic.filter(), topic.perMinute() != 0 ? topic.perMinute() : rule.perMinute()));
            }
        }
        return met;
    }

    private void refuse(Request.Topic topic, String what) {
        if (!topic.optional()) {
            missing.add(what);
        }
    }

    private List<Preopen> files(List<Request.Files> wanted) {
        List<Preopen> met = new ArrayList<>();
        for (Request.Files files : wanted) {
            Preopen given = grant.preopens().stream().filter(p -> p.guest().equals(files.guest())).findFirst().orElse(null);
            if (given != null && (given.write() || !files.write())) {
                met.add(new Preopen(given.guest(), given.host(), files.write()));
            } else if (!files.optional()) {
                missing.add("files in " + files.guest() + (files.write() ? ", to be changed" : ""));
            }
        }
        return met;
    }

    private Quotas quotas(Quotas wanted) {
        Quotas given = grant.quotas();
        return new Quotas(quota("storage-bytes", given.storageBytes(), wanted.storageBytes()),
            (int) quota("storage-writes-per-hour", given.storageWritesPerHour(), wanted.storageWritesPerHour()),
            (int) quota("log-lines-per-minute", given.logLinesPerMinute(), wanted.logLinesPerMinute()),
            (int) quota("metrics-per-minute", given.metricsPerMinute(), wanted.metricsPerMinute()),
            (int) quota("memory-pages", given.memoryPages(), wanted.memoryPages()),
            quota("fuel-per-event", given.fuelPerEvent(), wanted.fuelPerEvent()));
    }

    /** A module that does not ask gets what is granted: quotas are limits, not permissions. */
    private long quota(String name, long given, long wanted) {
        if (wanted > given) {
            missing.add(name + " " + wanted + ", granted are " + given);
        }
        return wanted == 0 ? given : wanted;
    }
}
