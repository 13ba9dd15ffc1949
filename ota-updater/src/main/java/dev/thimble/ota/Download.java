package dev.thimble.ota;

import dev.thimble.ota.content.Encoding;
import dev.thimble.ota.document.Manifest;
import dev.thimble.ota.store.Part;
import java.io.IOException;

/** A part file that is being filled, and how far the host has been shown it. */
final class Download {
    final Part part;
    private int shown;

    Download(Part part) {
        this.part = part;
    }

    /**
     * Shows the host every chunk that follows without a gap on what it has seen. Only a payload that is
     * the module itself can be looked at before it is complete.
     *
     * @return the host's objection, null for none
     */
    String show(UpdateHost host, String module, Manifest manifest) throws IOException {
        if (part.payload().encoding() != Encoding.NONE) {
            return null;
        }
        String objection = null;
        while (objection == null && shown < part.have().count() && part.have().contains(shown)) {
            objection = host.arrived(module, manifest, shown * part.payload().chunkSize(), part.chunk(shown));
            shown++;
        }
        return objection;
    }
}
