package dev.thimble.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
    @TempDir Path folder;

    @Test
    void laterSourcesWinAndEachValueKnowsItsOrigin() throws IOException {
        Path file = write("""
                [device]
                id = "from-file"
                data = "state"
                [mqtt]
                url = "tcp://file:1"
                keep-alive = "5s"
                """);
        Config config = Config.load(file, List.of("device.id=from-set"), Map.of("THIMBLE_MQTT_URL", "tcp://variable:2"));

        assertEquals("from-set", config.deviceId());
        assertEquals("tcp://variable:2", config.text(Key.MQTT_URL));
        assertEquals(Duration.ofSeconds(5), config.duration(Key.MQTT_KEEP_ALIVE));
        assertEquals("thimble/1", config.text(Key.MQTT_ROOT));
        assertEquals("--set", origin(config, Key.DEVICE_ID));
        assertEquals("$THIMBLE_MQTT_URL", origin(config, Key.MQTT_URL));
        assertEquals(file.toString(), origin(config, Key.MQTT_KEEP_ALIVE));
        assertEquals("default", origin(config, Key.MQTT_ROOT));
    }

    @Test
    void aPathInAFileIsTakenFromTheFilesFolder() throws IOException {
        Config config = Config.load(write("[device]\ndata = \"state\"\n"), List.of(), Map.of());
        assertEquals(folder.resolve("state"), config.path(Key.DEVICE_DATA));
    }

    @Test
    void everyWrongSettingIsNamedAtOnceWithItsOrigin() throws IOException {
        Path file = write("[device]\nidd = \"x\"\n[cell]\ninbox = -4\n");
        ConfigException problem = assertThrows(ConfigException.class,
                () -> Config.load(file, List.of("mqtt.keep-alive=soon", "novalue"), Map.of("THIMBLE_NONSENSE", "1")));
        List<String> lines = problem.getMessage().lines().toList();
        assertEquals(5, lines.size(), problem.getMessage());
        assertTrue(problem.getMessage().contains(file + ": unknown setting 'device.idd'; did you mean 'device.id'?"));
        assertTrue(problem.getMessage().contains("cell.inbox = '-4': write a whole number from 1"));
        assertTrue(problem.getMessage().contains("--set: mqtt.keep-alive = 'soon': write a duration"));
        assertTrue(problem.getMessage().contains("--set novalue: write it as key=value"));
        assertTrue(problem.getMessage().contains("$THIMBLE_NONSENSE: unknown setting"));
    }

    @Test
    void grantTablesAreHandedOnUntouched() throws IOException {
        Config config = Config.load(write("[grant.weather]\nstorage = 4096\n"), List.of(), Map.of());
        assertEquals(4096, config.grants().<Integer>get("weather.storage"));
    }

    @Test
    void textThatIsNotTomlIsRefusedWithTheFile() throws IOException {
        Path file = write("[device\nid=");
        ConfigException problem = assertThrows(ConfigException.class, () -> Config.load(file, List.of(), Map.of()));
        assertTrue(problem.getMessage().startsWith(file + ": not TOML"), problem.getMessage());
    }

    private Path write(String toml) throws IOException {
        return Files.writeString(folder.resolve("thimble.toml"), toml);
    }

    private static String origin(Config config, Key key) {
        return config.effective().stream().filter(v -> v.key() == key).findFirst().orElseThrow().origin();
    }
}
