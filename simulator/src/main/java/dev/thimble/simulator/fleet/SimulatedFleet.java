package dev.thimble.simulator.fleet;

import dev.thimble.agent.port.Topics;
import dev.thimble.hal.board.BoardFile;
import dev.thimble.hal.grant.GrantSet;
import dev.thimble.hal.simulated.PacedClock;
import dev.thimble.hal.toml.Toml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Many devices in one process, each a whole agent with its own link, store and cells. The faults are spread evenly: of
 * {@code faulty} devices a third each has a slow link, a link that is cut, and flash that forgets.
 */
public final class SimulatedFleet implements AutoCloseable {
    private static final int CLOSERS = 32;
    private static final String BOARD = "raspberry-pi-4";

    private final PacedClock clock = new PacedClock(1);
    private final List<FleetDevice> devices = Collections.synchronizedList(new ArrayList<>());

    /**
     * @param flash folder for the flash of all devices, on a disk that can bear their writes
     * @param trusted development key set
     * @throws IOException when the folder cannot be used
     */
    public SimulatedFleet(String broker, String root, int count, int faulty, Path flash, byte[] trusted) throws IOException {
        BoardFile board = BoardFile.builtIn(BOARD);
        GrantSet grants = GrantSet.read(Toml.parse("[" + FleetModule.NAME + "]\n", "grants"), board);
        for (int i = 0; i < count; i++) {
            String id = String.format("dev-%05d", i + 1);
            devices.add(new FleetDevice(broker, new Topics(root, id), flash.resolve(id), trusted, board, grants, clock, fault(i, count, faulty)));
        }
    }

    private static Fault fault(int device, int count, int faulty) {
        if (faulty == 0 || (long) device * faulty / count == (long) (device + 1) * faulty / count) {
            return Fault.NONE;
        }
        Fault[] faults = {Fault.SLOW_LINK, Fault.CUT_LINK, Fault.BIT_ROT};
        return faults[(int) ((long) device * faulty / count % faults.length)];
    }

    public void start() {
        devices.forEach(FleetDevice::start);
    }

    /** How many devices have suffered each fault so far; flash that is filled too quickly may get away. */
    public Map<Fault, Integer> suffered() {
        Map<Fault, Integer> suffered = new EnumMap<>(Fault.class);
        devices.stream().filter(device -> device.fault() != Fault.NONE)
            .forEach(device -> suffered.merge(device.fault(), device.faultShowed() ? 1 : 0, Integer::sum));
        return suffered;
    }

    @Override
    public void close() {
        try (ExecutorService closers = Executors.newFixedThreadPool(CLOSERS)) {
            devices.forEach(device -> closers.execute(() -> {
                try {
                    device.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        clock.close();
    }
}
