package dev.thimble.hal.grant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.toml.Toml.TomlException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantTest {
    private static final String GRANT = """
        [quotas]
        storage-bytes = 1000
        [[device]]
        alias = "led"
        kind = "gpio"
        line = "GPIO17"
        modes = ["out"]
        safe = "active"
        [[device]]
        alias = "bus"
        kind = "i2c"
        bus = "i2c1"
        addresses = [0x76, "0x20-0x22"]
        [[publish]]
        topic = "out/#"
        per-minute = 10
        """;

    @Test
    void readsTheFormat() {
        Grant grant = Grant.parse(GRANT, "grant.toml");
        GrantedDevice led = grant.devices().get("led");
        assertEquals(new GrantedDevice("led", DeviceKind.GPIO, "GPIO17", Addresses.NONE, Set.of(GpioMode.OUT),
            SafeLevel.ACTIVE, false, null), led);
        assertEquals("0x20-0x22, 0x76", grant.devices().get("bus").addresses().toString());
        assertEquals(1000, grant.quotas().storageBytes());
        assertEquals(Quotas.DEFAULT.memoryPages(), grant.quotas().memoryPages());
    }

    @Test
    void aRefusalListsEverythingThatIsMissing() {
        Request request = Request.parse("""
            [quotas]
            storage-bytes = 2000
            memory-pages = 2
            [[device]]
            alias = "led"
            kind = "gpio"
            modes = ["out", "in"]
            [[device]]
            alias = "bus"
            kind = "i2c"
            addresses = [0x76, 0x40]
            [[device]]
            alias = "fan"
            kind = "pwm"
            [[device]]
            alias = "buzzer"
            kind = "pwm"
            optional = true
            [[publish]]
            topic = "out/t"
            per-minute = 60
            [[subscribe]]
            filter = "in/#"
            """, "manifest");
        RefusedException refused = assertThrows(RefusedException.class,
            () -> Meeting.of(Grant.parse(GRANT, "grant.toml"), request));
        assertEquals(List.of("gpio \"led\" mode in", "i2c \"bus\" address 0x40", "pwm \"fan\"",
            "publish out/t 60 times per minute, granted are 10", "subscribe in/#",
            "storage-bytes 2000, granted are 1000"), refused.missing());
    }

    @Test
    void theModuleGetsWhatBothNameAndNoMore() {
        Request request = Request.parse("""
            [[device]]
            alias = "bus"
            kind = "i2c"
            addresses = [0x76]
            [[device]]
            alias = "led"
            kind = "gpio"
            modes = ["in"]
            optional = true
            [[publish]]
            topic = "out/t"
            """, "manifest");
        Grant met = Meeting.of(Grant.parse(GRANT, "grant.toml"), request);
        assertEquals(Addresses.of(0x76), met.devices().get("bus").addresses());
        assertEquals(Set.of(), met.devices().get("led").modes());
        assertEquals(List.of(new TopicRule("out/t", 10)), met.publish());
        assertEquals(1000, met.quotas().storageBytes());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kind = \"gpio\" | [[device]] number 1: alias is missing",
        "alias = \"a\"\\nkind = \"laser\" | kind is \"laser\", must be one of gpio, i2c, spi",
        "alias = \"a\"\\nkind = \"i2c\"\\nbus = \"i2c1\"\\naddresses = [0x80] | no I2C address range 0x80",
        "alias = \"a\"\\nkind = \"i2c\"\\nbus = \"i2c1\" | addresses is missing",
        "alias = \"a\"\\nkind = \"pwm\"\\nbus = \"pwm0\"\\nspeed = 3 | unknown key speed; known are kind, alias, bus",
        "alias = \"a\"\\nkind = \"gpio\"\\nline = \"x\"\\nmodes = [\"out\"]\\nshared = true | shared is only for lines",
        "alias = \"a\"\\nkind = \"gpio\"\\nline = \"x\"\\nmodes = [\"fly\"] | modes contains \"fly\""})
    void aMistakeIsNamedWithItsPlace(String toml, String message) {
        TomlException e = assertThrows(TomlException.class,
            () -> Grant.parse("[[device]]\n" + toml.replace("\\n", "\n"), "grant.toml"));
        assertTrue(e.getMessage().startsWith("grant.toml") && e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void onePinCannotBelongToTwoModules() {
        String two = """
            [[module.a.device]]
            alias = "led"
            kind = "gpio"
            line = "GPIO17"
            modes = ["%1$s"]
            shared = %2$s
            [[module.b.device]]
            alias = "lamp"
            kind = "gpio"
            line = "pin11"
            modes = ["%1$s"]
            shared = %2$s
            """;
        BoardFile board = BoardFile.builtIn("raspberry-pi-4");
        TomlException e = assertThrows(TomlException.class,
            () -> GrantSet.parse(two.formatted("out", false), "grants", board));
        assertTrue(e.getMessage().contains("b.lamp is GPIO17, which module a has as \"led\""), e.getMessage());
        assertEquals(2, GrantSet.parse(two.formatted("in", true), "grants", board).grants().size());
        assertEquals(Grant.NOTHING, GrantSet.parse(two.formatted("in", true), "grants", board).of("c"));
    }

    @ParameterizedTest
    @CsvSource({"a/b,a/b,true", "a/b,a/c,false", "a/+,a/b,true", "a/+,a/b/c,false", "a/#,a,true", "a/#,a/b/c,true",
        "a/#,ab,false", "#,a,true", "#,$SYS/x,false", "+/x,$SYS/x,false", "+/+,/x,true", "a/+/c,a//c,true",
        "a/b/#,a/b,true", "a/b/#,a,false", "+,a/b,false", "a/b,a,false", "a,a/b,false"})
    void topicsMatchFiltersAsMqttSays(String filter, String topic, boolean matches) {
        byte[] bytes = ("xx" + topic + "xx").getBytes(StandardCharsets.UTF_8);
        assertEquals(matches, TopicRule.matches(new TopicRule(filter, 0).bytes(), bytes, 2, topic.length()));
    }

    @ParameterizedTest
    @CsvSource({"a/#,a/b,true", "a/#,a/#,true", "a/+,a/#,false", "a/b,a/+,false", "a/+,a/+,true", "a/+/c,a/b/c,true",
        "#,x/#,true", "a,a/b,false"})
    void aFilterCoversANarrowerOne(String wide, String narrow, boolean covers) {
        assertEquals(covers, new TopicRule(wide, 0).covers(narrow));
    }

    @Test
    void addressesAreASetOf7BitAddresses() {
        assertEquals("0x08-0x77", Addresses.ALL.toString());
        assertFalse(Addresses.ALL.contains(0x78));
        assertFalse(Addresses.ALL.contains(-1));
        assertFalse(Addresses.of(0x40).contains(0x40 + 128));
        assertTrue(Addresses.of(0x3F, 0x40).contains(0x40));
        assertEquals(Addresses.of(0x10), Addresses.range(0x10, 0x12).minus(Addresses.of(0x11, 0x12)));
    }
}
