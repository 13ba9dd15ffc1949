package dev.thimble.agent.port;

import dev.thimble.hal.host.CellPorts;
import java.security.SecureRandom;

/** The operating system's random numbers. Used on the cells' thread only. */
public final class HostRandom implements CellPorts.Random {
    private final SecureRandom random = new SecureRandom();
    private final byte[] block = new byte[64];

    @Override
    public void fill(byte[] into, int offset, int length) {
        for (int done = 0; done < length; done += block.length) {
            random.nextBytes(block);
            System.arraycopy(block, 0, into, offset + done, Math.min(block.length, length - done));
        }
    }
}
