package dev.thimble.agent.cell;

import dev.thimble.hal.board.Board;
import dev.thimble.hal.board.Errno;
import dev.thimble.hal.host.CellHost;
import dev.thimble.hal.host.CellPorts;
import dev.thimble.hal.host.CellResources;
import dev.thimble.hal.host.HostImports;
import dev.thimble.hal.host.Inbox;
import dev.thimble.hal.host.SharedInputs;
import dev.thimble.hal.simulated.SimulatedBoard;
import dev.thimble.hal.simulated.SimulatedClock;
import dev.thimble.wasm.Imports;
import dev.thimble.wasm.Instance;
import dev.thimble.wasm.InstanceOptions;

/**
 * Tries a release before it may touch anything: instantiates it on a simulated board that looks like the real one, with
 * a link that is down and an empty store, and runs its self-test. Runs on the caller's thread, within the fuel of two
 * events.
 */
public final class Rehearsal {
    private static final int EVENTS = 16;
    private static final int MESSAGE_BYTES = 1024;
    private static final long PAGE = 64 << 10;

    private Rehearsal() {}

    /** @throws StartException naming the step that failed and where */
    public static void run(Release release, dev.thimble.hal.board.BoardFile boardFile) {
        SimulatedClock clock = new SimulatedClock();
        String step = "instantiate";
        try (Board board = new SimulatedBoard(boardFile, clock);
            CellResources resources = new CellResources(new SharedInputs(board),
                new Inbox(EVENTS, MESSAGE_BYTES, clock, () -> {}), clock)) {
            CellHost host = new CellHost(release.grant().withoutFiles(), resources, new CellPorts(clock, (into, offset, length) ->
                java.util.Arrays.fill(into, offset, offset + length, (byte) 0), (level, text, offset, length) -> {},
                new EmptyStore(), new LinkDown(), (name, offset, length, value) -> {}, release.config()));
            Imports imports = HostImports.add(Imports.builder(), host, release.module().imports()).build();
            long fuel = release.grant().quotas().fuelPerEvent();
            Instance instance = release.module().instantiate(imports, new InstanceOptions(
                release.grant().quotas().memoryPages() * PAGE, InstanceOptions.DEFAULT.maxTableElements(), fuel,
                release.maxCallDepth(), null));
            Guest guest = new Guest(instance, fuel);
            step = "_initialize";
            guest.initialize();
            step = "thimble_selftest";
            int result = guest.selftest();
            if (result < 0) {
                throw new StartException(step, "the self-test returned " + result + " (" + Errno.name(result) + ")", null);
            }
            host.stop();
        } catch (StartException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new StartException(step, Faults.describe(e), e);
        }
    }

    private static final class EmptyStore implements CellPorts.KeyValueStore {
        @Override
        public int get(byte[] key, int keyOffset, int keyLength, byte[] into, int offset, int capacity) {
            return Errno.NOT_FOUND;
        }

        @Override
        public int size(byte[] key, int keyOffset, int keyLength) {
            return Errno.NOT_FOUND;
        }

        @Override
        public int put(byte[] key, int keyOffset, int keyLength, byte[] value, int offset, int length) {
            return Errno.OK;
        }

        @Override
        public int remove(byte[] key, int keyOffset, int keyLength) {
            return Errno.NOT_FOUND;
        }

        @Override
        public int list(byte[] prefix, int prefixOffset, int prefixLength, byte[] into, int offset, int capacity) {
            return 0;
        }

        @Override
        public long usedBytes() {
            return 0;
        }
    }

    private static final class LinkDown implements CellPorts.Messages {
        @Override
        public int publish(byte[] topic, int topicOffset, int topicLength, byte[] payload, int offset, int length, int qos,
                           boolean retained) {
            return Errno.OK;
        }

        @Override
        public int subscribe(int id, byte[] filter, int offset, int length, int qos) {
            return Errno.OK;
        }

        @Override
        public int unsubscribe(int id) {
            return Errno.OK;
        }

        @Override
        public boolean online() {
            return false;
        }
    }
}
