package dev.thimble.agent.update;

import dev.thimble.agent.cell.Release;
import dev.thimble.hal.grant.Addresses;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.hal.grant.GpioMode;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.hal.grant.Meeting;
import dev.thimble.hal.grant.Quotas;
import dev.thimble.hal.grant.RefusedException;
import dev.thimble.hal.grant.Request;
import dev.thimble.hal.host.HostImports;
import dev.thimble.ota.document.ErrorClass;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.step.Event;
import dev.thimble.wasm.WasmModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What this device says to a manifest: whether it offers the imports, and what of the wishes its owner grants.
 * Immutable and thread-safe.
 */
public final class Admission {
    private final GrantSet grants;

    public Admission(GrantSet grants) {
        this.grants = grants;
    }

    /** Everything that stands against running this release here; empty when nothing does. */
    public List<Event.Refusal> refusals(Manifest manifest) {
        List<Event.Refusal> refusals = new ArrayList<>();
        for (Manifest.HostImport wanted : manifest.imports()) {
            List<String> offered = HostImports.types(wanted.module()).stream().filter(type -> type.name().equals(wanted.name()))
                .map(type -> type.module() + " " + type.name() + " " + type.type()).toList();
            if (!offered.contains(wanted.toString())) {
                String why = offered.isEmpty() ? "this host does not offer it" : "the host offers it with another type";
                refusals.add(new Event.Refusal(ErrorClass.PERMANENT, "import " + wanted + ": " + why));
            }
        }
        try {
            grant(manifest);
        } catch (RefusedException e) {
            e.missing().forEach(text -> refusals.add(new Event.Refusal(ErrorClass.POLICY, "not granted: " + text)));
        } catch (IllegalArgumentException e) {
            refusals.add(new Event.Refusal(ErrorClass.PERMANENT, "the manifest asks for something unknown: " + e.getMessage()));
        }
        return refusals;
    }

    /**
     * What a cell needs to run this release.
     *
     * @param config settings that the assignment gives to the module
     * @throws RefusedException when the owner does not grant what it needs
     */
    public Release release(Manifest manifest, WasmModule module, Map<String, String> config) {
        return new Release(manifest.version(), module, grant(manifest), config,
            manifest.resources().tickMillis() * 1_000_000L, Math.max(1, manifest.resources().stackDepth()),
            manifest.state().accepts(), manifest.health().requiredOutputs());
    }

    private Grant grant(Manifest manifest) {
        Grant given = grants.of(manifest.module());
        return Meeting.of(given, request(manifest, given));
    }

    private static Request request(Manifest manifest, Grant given) {
        List<Request.Device> devices = new ArrayList<>();
        List<Request.Topic> publish = new ArrayList<>();
        List<Request.Topic> subscribe = new ArrayList<>();
        List<Request.Files> files = new ArrayList<>();
        long storage = 0;
        long logLines = 0;
        for (Manifest.Capability wish : manifest.capabilities()) {
            boolean optional = !wish.needed();
            switch (wish.kind()) {
                case "publish" -> publish.add(new Request.Topic(wish.name(), (int) wish.amount(), optional));
                case "subscribe" -> subscribe.add(new Request.Topic(wish.name(), (int) wish.amount(), optional));
                case "storage" -> storage = optional ? 0 : wish.amount();
                case "files" -> files.add(new Request.Files(wish.name(), wish.amount() != 0, optional));
                case "log" -> logLines = optional ? 0 : wish.amount();
                default -> devices.add(device(wish, optional, given.devices().get(wish.name())));
            }
        }
        Quotas quotas = new Quotas(storage, 0, (int) logLines, 0, manifest.resources().memoryPages(),
            manifest.resources().fuelPerEvent());
        return new Request(devices, publish, subscribe, files, quotas);
    }

    private static Request.Device device(Manifest.Capability wish, boolean optional, GrantedDevice given) {
        DeviceKind kind = DeviceKind.valueOf(wish.kind().toUpperCase(Locale.ROOT));
        Addresses addresses = kind != DeviceKind.I2C ? Addresses.NONE : wish.addresses().isEmpty() ? Addresses.ALL
            : Addresses.of(wish.addresses().stream().mapToInt(Integer::intValue).toArray());
        // The manifest names the line; the module chooses the mode when it opens it, among those that are granted.
        Set<GpioMode> modes = given == null ? Set.of() : given.modes();
        return new Request.Device(wish.name(), kind, addresses, modes, optional);
    }
}
