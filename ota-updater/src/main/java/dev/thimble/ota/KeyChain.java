package dev.thimble.ota;

import dev.thimble.ota.store.Store;
import dev.thimble.ota.trust.RefusedSignatureException;
import dev.thimble.ota.trust.Trust;
import java.io.IOException;
import java.util.List;

/** The key sets on a device's flash: the one it was given by hand, and its successors. */
public final class KeyChain {
    private KeyChain() {
    }

    /**
     * Follows the chain on flash; an empty one is begun with the key set given by hand.
     *
     * @param provisioned signed key set from the device's configuration; only used when there is none on flash
     * @param development whether the device was started in development mode
     * @throws RefusedSignatureException if there is no key set to trust
     */
    public static Trust open(Store store, byte[] provisioned, boolean development) throws IOException {
        List<byte[]> sets = store.keySets();
        if (sets.isEmpty()) {
            Trust first = Trust.begin(provisioned, development);
            store.addKeySet(1, provisioned);
            return first;
        }
        Trust trust = Trust.begin(sets.getFirst(), development);
        for (byte[] next : sets.subList(1, sets.size())) {
            trust = trust.advance(next, development);
        }
        return trust;
    }

    static void append(Store store, Trust next) throws IOException {
        store.addKeySet(store.keySets().size() + 1, next.envelope());
    }
}
