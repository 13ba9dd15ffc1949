package dev.thimble.hal.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.board.LineRequest;
import dev.thimble.hal.grant.Addresses;
import dev.thimble.hal.grant.DeviceKind;
import dev.thimble.hal.grant.Grant;
import dev.thimble.hal.grant.GpioMode;
import dev.thimble.hal.grant.GrantedDevice;
import dev.thimble.hal.grant.SafeLevel;
import dev.thimble.hal.grant.TopicRule;
import dev.thimble.hal.simulated.Pin;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines and handles over the life of instances: swap, failed swap, trap, stop. The wire is the judge. */
class HotSwapTest {
    private final SimulatedClock clock = new SimulatedClock();
    private final SimulatedBoard board = new SimulatedBoard(BoardFile.builtIn("raspberry-pi-5"), clock);
    private final Grant grant = Grant.of(List.of(), List.of(new TopicRule("in/#", 0)),
        GrantedDevice.gpio("relay", "GPIO17", SafeLevel.INACTIVE, GpioMode.OUT, GpioMode.IN),
        GrantedDevice.gpio("alarm", "GPIO22", SafeLevel.ACTIVE, GpioMode.OUT),
        GrantedDevice.gpio("button", "GPIO27", SafeLevel.KEEP, GpioMode.IN),
        GrantedDevice.of(DeviceKind.PWM, "fan", "pwm18"), GrantedDevice.of(DeviceKind.UART, "gps", "uart0"),
        GrantedDevice.i2c("bus", "i2c1", Addresses.ALL));
    private final Ports ports = new Ports();
    private final Inbox inbox = new Inbox(16, 256, clock, () -> { });
    private final SharedInputs shared = new SharedInputs(board);
    private final CellResources cell = new CellResources(shared, inbox, clock);
    private final List<Integer> relayLevels = new ArrayList<>();
    private Pin relay;

    @BeforeEach
    void watchTheWire() {
        relay = board.pin("GPIO17");
        relay.listen((p, level, at) -> relayLevels.add(level));
    }

    private Guest instance() {
        return new Guest(grant, cell, ports.ports(clock));
    }

    private static int open(Guest g, String alias, int mode, int flags) {
        return g.call("gpio", "open", g.text(alias), alias.length(), mode, flags);
    }

    @Test
    void aSwapKeepsLevelHandleAndWatchWithoutAnEdgeOnTheWire() {
        Guest old = instance();
        int handle = open(old, "relay", 1, 0);
        int button = open(old, "button", 0, 1);
        old.call("gpio", "watch", button, 3, 0);
        old.call("gpio", "write", handle, 1);
        relayLevels.clear();

        Guest fresh = instance();
        assertEquals(handle, open(fresh, "relay", 1, 0), "opened as initially inactive, and yet nothing changes");
        assertEquals(button, open(fresh, "button", 0, 1));
        board.pin("GPIO27").drive(0);
        assertEquals(0, fresh.call("gpio", "watch", button, 3, 0));
        old.host.retire();
        assertEquals(List.of(), relayLevels);
        assertEquals(1, fresh.call("gpio", "read", handle));
        assertEquals(Errno.CLOSED, old.call("gpio", "write", handle, 0));
        board.pin("GPIO27").drive(1);
        assertEquals(2, inbox.size(), "the edge during the swap and the one after it");
        assertEquals(0, fresh.call("gpio", "toggle", handle));
        assertEquals(List.of(0), relayLevels);
    }

    @Test
    void whatTheSuccessorDoesNotOpenGoesSafeAndIsReleased() {
        Guest old = instance();
        open(old, "relay", 1, 8);
        open(old, "alarm", 1, 0);
        int button = open(old, "button", 0, 1);
        old.call("gpio", "watch", button, 3, 0);
        Guest fresh = instance();
        open(fresh, "button", 0, 1);
        old.host.retire();
        assertEquals(0, relay.level());
        assertEquals(1, board.pin("GPIO22").level());
        board.pin("GPIO27").drive(0);
        assertEquals(0, inbox.size(), "the successor did not ask for a watch");
        board.openLine(LineRequest.output("GPIO17", false)).close();
    }

    @Test
    void aFailedCandidateGivesEverythingBackAsItWas() {
        Guest old = instance();
        int handle = open(old, "relay", 1, 0);
        old.call("gpio", "write", handle, 1);
        int gps = old.call("uart", "open", old.text("gps"), 3, 9600, 0);
        int fan = old.call("pwm", "open", old.text("fan"), 3);
        old.call("pwm", "set", fan, 1000, 500);
        old.call("pwm", "enable", fan, 1);

        Guest candidate = instance();
        assertEquals(handle, open(candidate, "relay", 1, 4), "with another polarity");
        candidate.call("gpio", "write", handle, 1);
        assertEquals(0, relay.level());
        assertEquals(gps, candidate.call("uart", "open", candidate.text("gps"), 3, 115_200, 0));
        candidate.call("pwm", "open", candidate.text("fan"), 3);
        open(candidate, "alarm", 1, 0);
        candidate.host.stop();

        assertEquals(1, relay.level());
        assertEquals(1, old.call("gpio", "read", handle));
        assertEquals(1, board.pin("GPIO22").level(), "only the candidate had it: safe");
        assertTrue(board.pwm("pwm18").enabled());
        board.serial("uart0").send(new byte[3]);
        assertEquals(3, old.call("uart", "available", gps));
        assertEquals(Errno.CLOSED, candidate.call("gpio", "read", handle));
        assertEquals(Errno.DENIED, open(candidate, "relay", 1, 0), "it is over");
    }

    @Test
    void aTrapDrivesSafeLevelsAndHoldsThemUntilTheNextInstance() {
        Guest first = instance();
        int handle = open(first, "relay", 1, 8);
        open(first, "alarm", 1, 0);
        int fan = first.call("pwm", "open", first.text("fan"), 3);
        first.call("pwm", "set", fan, 1000, 500);
        first.call("pwm", "enable", fan, 1);
        first.host.stop();
        assertEquals(0, relay.level());
        assertEquals(1, board.pin("GPIO22").level());
        assertFalse(board.pwm("pwm18").enabled());
        relay.drive(1);
        assertEquals(0, relay.level(), "the host still drives the line");

        Guest second = instance();
        assertEquals(handle, open(second, "relay", 1, 8));
        assertEquals(1, relay.level());
        cell.close();
        assertEquals(0, relay.boardLevel());
    }

    @Test
    void aSecondSwapDoesNotBringBackTheFirstModulesSetting() {
        Guest first = instance();
        open(first, "relay", 1, 0);
        Guest second = instance();
        int handle = open(second, "relay", 1, 0);
        first.host.retire();
        second.call("gpio", "write", handle, 1);
        Guest third = instance();
        open(third, "relay", 1, 0);
        second.host.retire();
        assertEquals(1, relay.level());
        assertEquals(List.of(1), relayLevels);
    }

    @Test
    void subscriptionsKeepTheirIdOverASwap() {
        Guest old = instance();
        assertEquals(1, old.call("mqtt", "subscribe", old.text("in/a"), 4, 1));
        assertEquals(2, old.call("mqtt", "subscribe", old.text("in/b"), 4, 1));
        Guest fresh = instance();
        assertEquals(2, fresh.call("mqtt", "subscribe", fresh.text("in/b"), 4, 1));
        old.host.retire();
        assertEquals(List.of("+1 in/a q1", "+2 in/b q1", "-1"), ports.subscriptions);
    }

    @Test
    void twoCellsMayShareAnInputButNotAnOutput() {
        Grant sharing = new Grant(Map.of(
            "door", new GrantedDevice("door", DeviceKind.GPIO, "GPIO5", Addresses.NONE, Set.of(GpioMode.IN),
                SafeLevel.KEEP, true, null),
            "relay", GrantedDevice.gpio("relay", "GPIO17", SafeLevel.KEEP, GpioMode.OUT)),
            List.of(), List.of(), grant.quotas());
        Inbox otherInbox = new Inbox(4, 0, clock, () -> { });
        Guest a = new Guest(sharing, cell, ports.ports(clock));
        Guest b = new Guest(sharing, new CellResources(shared, otherInbox, clock), ports.ports(clock));
        int doorA = open(a, "door", 0, 1);
        int doorB = open(b, "door", 0, 1);
        assertEquals(0, a.call("gpio", "watch", doorA, 1, 0));
        assertEquals(0, b.call("gpio", "watch", doorB, 2, 0));
        board.pin("GPIO5").drive(0);
        assertEquals(0, inbox.size());
        assertEquals(1, otherInbox.size());
        assertEquals(Errno.BUSY, b.call("gpio", "watch", doorB, 2, 500), "another debounce than the other's");
        b.host.stop();
        board.pin("GPIO5").drive(1);
        assertEquals(1, inbox.size());
        assertTrue(open(a, "relay", 1, 0) > 0);
        Guest c = new Guest(sharing, new CellResources(shared, otherInbox, clock), ports.ports(clock));
        assertEquals(Errno.BUSY, open(c, "relay", 1, 0));
    }
}
