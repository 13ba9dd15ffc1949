package dev.thimble.agent;

import dev.thimble.hal.host.HostImports;
import dev.thimble.ota.document.Payload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a device says about itself after every connect, so that an operator knows what it can take. */
final class Birth {
    static final String VERSION = "0.1.0";
    private static final int WINDOW = 8;

    private final String device;
    private final String boot = UUID.randomUUID().toString();
    private final boolean development;
    private final long flashBytes;

    Birth(String device, boolean development, long flashBytes) {
        this.device = device;
        this.development = development;
        this.flashBytes = flashBytes;
    }

    String json(int keySetVersion) {
        List<String> imports = HostImports.modules();
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put("chunk", Payload.MAX_CHUNK);
        limits.put("window", WINDOW);
        limits.put("payload", Payload.MAX_SIZE);
        limits.put("flash", flashBytes);
        limits.put("heap", Runtime.getRuntime().maxMemory());
        Map<String, Object> birth = new LinkedHashMap<>();
        birth.put("device", device);
        birth.put("boot", boot);
        birth.put("runtime", "thimble " + VERSION);
        birth.put("java", Runtime.version().toString());
        birth.put("abi", HostImports.ABI);
        birth.put("imports", imports);
        birth.put("limits", limits);
        birth.put("keySet", keySetVersion);
        birth.put("development", development);
        return Json.of(birth);
    }
}
